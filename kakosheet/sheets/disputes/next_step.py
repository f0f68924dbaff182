"""The next step of a case in words: what to do, where to write it down, or whom we wait for."""

from __future__ import annotations

from kakosheet.core.titles import Titles
from kakosheet.policy.model import STAGES, NodeSpec
from kakosheet.sheets.casework.case import Offer, day_of
from kakosheet.sheets.casework.nodes import is_news, is_plan_step
from kakosheet.sheets.casework.sentences import other_side, platform_text
from kakosheet.sheets.casework.urgency import is_for_good
from kakosheet.sheets.disputes.columns import SHEET
from kakosheet.sheets.disputes.view import WON_BY, CaseStep, View
from kakosheet.sheets.words import Say, day_text

_CELLS = {
    "told": "told_on",
    "filed": "filed_on",
    "escalated": "appealed_on",
    "reported": "description",
    "decided": "your_decision",
    "planned": "confirmed_by_us_on",
    "return_sent": "return_sent",
    "refund_received": "refund_received_on",
}
"""Where doing a step is written down, by the fact that ends it; of all others under *Done on* of its row."""


def told(view: View, stage: str, say: Say, titles: Titles) -> str | None:
    """The next step: what the row lacks, what silence decided, an offer that nobody has answered, the earliest step,
    the end."""
    case = view.case
    if not case.settled and (case.opened_on is None or case.type is None):
        return say("disputes.next_opened" if case.opened_on is None else "disputes.next_type")
    over = None if case.settled else view.decided_by_silence()
    if over is not None:
        return _over(over, view, say, titles)
    ahead = steps(view, stage)
    waits = _open_offer(view)
    if waits is not None and not any(view.is_platforms(node) for node in ahead[:1]):
        theirs = waits.by != case.role
        return say(
            "disputes.next_answer" if theirs else "disputes.next_offered",
            who=other_side(case, titles),
            what=titles.choice("offer_kind", waits.kind),
        )
    if not ahead and stage == "closure" and not case.settled:
        return say(f"disputes.next_{_left_to_do(view)}", who=other_side(case, titles))
    step = next(
        (next_step(node, view, say, titles) for node in ahead or (view.running if stage != "appeal" else ())), None
    )
    return step if step or case.settled else _waits(view, stage, say, titles)


def _waits(view: View, stage: str, say: Say, titles: Titles) -> str:
    """What an open case without a running date waits for."""
    if stage == "appeal":
        return say("disputes.next_ruling", platform=platform_text(view.case, say, titles))
    return say("disputes.next_word", who=other_side(view.case, titles))


def _over(over: CaseStep, view: View, say: Say, titles: Titles) -> str:
    """What silence decided, and what is to be done now: whoever won sees that it comes true, who lost may appeal."""
    spec, case = view.spec(over), view.case
    won = spec is not None and WON_BY.get(spec.rule.silence) == case.role
    return say(
        "disputes.next_won" if won else "disputes.next_lost",
        effect=over.found.if_nothing_happens or "",
        platform=platform_text(case, say, titles),
    )


def _left_to_do(view: View) -> str:
    """What a settled case without a running date lacks: the goods on their way back, or its end."""
    if "return_agreed" not in view.happened or "return_received" in view.happened:
        return "close" if view.case.result is None else "closed_on"
    if "return_sent" in view.happened:
        return "goods_come" if view.case.role == "seller" else "goods_go"
    return "goods_wait" if view.case.role == "seller" else "send_back"


def steps(view: View, stage: str) -> list[CaseStep]:
    """The open steps that lead to the end, the most pressing first, without what can never be done any more; news that
    are owed only once they are late. Once the platform is asked or the case is settled, what was left undone of the
    stages before counts only where nothing else is to be done."""
    ahead = [node for node in view.running if (spec := view.spec(node)) is None or spec.ends != "closed"]
    ahead = [node for node in ahead if not view.is_news(node) or view.is_late(node)]
    ahead = [node for node in ahead if not (is_for_good(node.found.acts, node.found.when_late) and view.is_late(node))]
    if stage not in ("appeal", "closure"):
        return ahead
    reached = STAGES.index(stage)
    later = [
        node
        for node in ahead
        if (spec := view.spec(node)) is None
        or is_plan_step(spec)
        or is_news(spec)
        or is_for_good(node.found.acts, node.found.when_late)
        or STAGES.index(spec.stage) >= reached
    ]
    return later if stage == "appeal" else later or ahead


def _open_offer(view: View) -> Offer | None:
    """The newest offer, while it waits for an answer that no date in Deadlines is kept for."""
    newest = view.offers[-1] if view.offers else None
    closed = view.case.settled or "settled" in view.happened or "escalated" in view.happened
    if (
        newest is None
        or closed
        or newest.answer is not None
        or newest.kind == "platform_decides"
        or newest.by == "platform"
    ):
        return None
    return newest


def next_step(node: CaseStep, view: View, say: Say, titles: Titles) -> str:
    """What to do, if it is ours; else whom we wait for, and until when, or how late they are. What was agreed is called
    by its name."""
    case, spec = view.case, view.spec(node)
    plan = titles.choice("plan", case.plan) if spec is not None and is_plan_step(spec) else None
    if node.found.acts in (None, "we"):
        return _to_do(plan or node.typed.what_to_do or "", spec, say, titles)
    who = (
        other_side(case, titles)
        if node.found.acts in ("seller", "buyer")
        else titles.choice("actor", node.found.acts) or ""
    )
    last = node.found.last_day or view.today
    if last < view.today and view.is_news(node):
        return say(
            "disputes.next_silent", who=who, day=day_text(day_of(node.found.started or last), view.today, titles)
        )
    if last < view.today:
        return say("disputes.next_late", who=who, day=day_text(last, view.today, titles))
    if plan is not None:
        return say("disputes.next_plan", who=who, plan=plan, day=day_text(last, view.today, titles))
    return say("disputes.next_wait", who=who, day=day_text(last, view.today, titles))


def _to_do(step: str, spec: NodeSpec | None, say: Say, titles: Titles) -> str:
    """A step of ours, and the cell in which people write that they did it."""
    if spec is None or not step or spec.ends == "evidence_complete":  # the Evidence Index holds that
        return step
    column = _CELLS.get(spec.ends)
    if column is None:
        return say("disputes.next_done_on", step=step, sheet=titles.sheets.get("deadlines", "Deadlines"))
    cell = titles.columns.get(f"disputes.{column}", SHEET.tables[0].by_key[column].title)
    return say("disputes.next_do", step=step, cell=cell)
