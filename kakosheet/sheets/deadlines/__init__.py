from kakosheet.sheets.deadlines.columns import SHEET as SHEET
