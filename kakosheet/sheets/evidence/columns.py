"""Evidence Index: one row is one piece of proof that a case needs or has. Its columns; the rules stand in the files
beside."""

from __future__ import annotations

from kakosheet.core.schema import Column, Kind, Owner, SheetKind, SheetSchema, TableSchema

_TOOL = Owner.TOOL

DAYS_LEFT = (
    'IF([waived]<>"","",IF([valid_until]<>"",INT([valid_until])-_kako_today,'
    'IF(OR([file]<>"",[taken_on]<>"",[provided_by]<>""),IF(N([accepted_until])<_kako_today,"",[accepted_until]-_kako_today),'
    'IF([due]="","",INT([due])-_kako_today))))'
)

SHEET = SheetSchema(
    key="evidence", title="Evidence Index", kind=SheetKind.REGISTER, tab="handling", frozen="what",
    intro="What each case needs as proof. Put the file's name under File, or the day under Taken on.",
    tables=(TableSchema(
        key="evidence", sheet="evidence", key_column="id", id_column="id", id_format="E-{number:04}", row_key="key",
        columns=(
            Column("state", "State", Kind.CHOICE, owner=_TOOL, group="evidence", choices="evidence_state", style="evidence_state",
                   help="Whether it is there, missing, about to expire, or not needed."),
            Column("dispute", "Dispute", Kind.TEXT, required=True, prefill=True, ref="disputes.dispute_id",
                   help="The case it belongs to, such as D-2026-0001."),
            Column("what", "What", Kind.CHOICE, required=True, prefill=True, choices="evidence_item", open_choices=True, width=32,
                   help="The piece of proof, such as Unboxing video. Your own words are fine."),
            Column("category", "Category", Kind.CHOICE, owner=_TOOL, choices="evidence_category",
                   help="Transaction, product, communication or logistics."),
            Column("required", "Required", Kind.YESNO, owner=_TOOL, help="Yes if the case is weak without it."),
            Column("why_it_matters", "Why it matters", Kind.TEXT, owner=_TOOL, help="What it proves."),
            Column("get_it_from", "Get it from", Kind.CHOICE, prefill=True, choices="provider", open_choices=True,
                   help="Who has it, such as Carrier."),
            Column("due", "Due", Kind.DATE, owner=_TOOL, style="due", help="By when it has to be there: the case's date for evidence."),
            Column("file", "File", Kind.LINK, group="file", width=30, help="Where it is: a file name or a link. Filled means: it is there."),
            Column("taken_on", "Taken on", Kind.DATETIME, help="When the photo was taken or the paper issued; a day is enough."),
            Column("provided_by", "Provided by", Kind.CHOICE, choices="provider", open_choices=True, help="Who gave it to you, such as Customer."),
            Column("valid_until", "Valid until", Kind.DATE, help="The last day it is accepted, such as 2026-12-31; blank if it does not expire."),
            Column("accepted_until", "Accepted until", Kind.DATE, owner=_TOOL,
                   help="The last day on which the platform takes evidence of yours, by its rules. What you write under Valid until wins over it."),
            Column("days_left", "Days left", Kind.DAYS, owner=Owner.FORMULA, formula=DAYS_LEFT, style="days_left",
                   help="Days until it expires or is not taken any more, or while it is missing until it is due. Live."),
            Column("how_to_make_it", "How to make it", Kind.TEXT, owner=_TOOL, group="help", width=66, help="A tip that makes it count."),
            Column("translation_of", "Translation of", Kind.TEXT, ref="evidence.id", help="The piece it translates, such as E-0007."),
            Column("label", "Label", Kind.TEXT, owner=_TOOL, width=46, help="A clear name for the file."),
            Column("sha_256", "SHA-256", Kind.TEXT, owner=_TOOL, collapsed=True,
                   help="The file's fingerprint; it shows later that nothing was changed."),
            Column("bytes", "Bytes", Kind.INTEGER, owner=_TOOL, collapsed=True, help="The size of the file."),
            Column("waived", "Waived", Kind.TEXT, width=24, help="Why it is not needed, such as: the seller agrees anyway. It counts as complete."),
            Column("note", "Note", Kind.TEXT, width=36, help="Anything else."),
            Column("id", "ID", Kind.TEXT, owner=Owner.ID, help="The number of the piece, such as E-0001."),
            Column("key", "Key id", Kind.TEXT, owner=Owner.ID, hidden=True, help="By which refresh knows the row again."),
        )),))
