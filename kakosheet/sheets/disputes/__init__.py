from kakosheet.sheets.disputes.columns import SHEET as SHEET
