from kakosheet.sheets.deadlines.checks import row_makes_sense as row_makes_sense
from kakosheet.sheets.deadlines.columns import SHEET as SHEET
from kakosheet.sheets.deadlines.dates import chains as chains
from kakosheet.sheets.deadlines.maker import wanted_rows as wanted_rows
from kakosheet.sheets.deadlines.source import where_the_date_comes_from as where_the_date_comes_from
from kakosheet.sheets.deadlines.state import days_left as days_left
from kakosheet.sheets.deadlines.state import item_and_seller as item_and_seller
from kakosheet.sheets.deadlines.state import state as state
