from kakosheet.sheets.offers.columns import SHEET as SHEET
from kakosheet.sheets.offers.rules import amount_fits as amount_fits
from kakosheet.sheets.offers.rules import answer as answer
from kakosheet.sheets.offers.rules import currency as currency
from kakosheet.sheets.offers.rules import offer_makes_sense as offer_makes_sense
