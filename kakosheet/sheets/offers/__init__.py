from kakosheet.sheets.offers.columns import SHEET as SHEET
