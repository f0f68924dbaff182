from kakosheet.sheets.evidence.columns import SHEET as SHEET
