"""Content validations (ODF 1.3 part 3, 9.4.5): drop-downs of named ranges, help on cells. Nothing is ever refused."""

from __future__ import annotations

from collections.abc import Mapping

from kakosheet.formats.ods.write.xml import element, paragraphs
from kakosheet.formats.plan.validations import Validation


def content_validations(validations: Mapping[Validation, tuple[str, str]]) -> str:
    """The element with all of them, "" if there are none."""
    inside = "".join(_validation(validation, name, base) for validation, (name, base) in validations.items())
    return f"<table:content-validations>{inside}</table:content-validations>" if inside else ""


def _validation(validation: Validation, name: str, base: str) -> str:
    attributes: dict[str, str | int | float | None] = {"table:name": name}
    if validation.source:
        attributes |= {
            "table:condition": f"of:cell-content-is-in-list({validation.source})",
            "table:allow-empty-cell": "true",
            "table:display-list": "unsorted",
        }
    attributes["table:base-cell-address"] = base
    inside = ""
    if validation.message:
        inside = element(
            "table:help-message",
            {"table:title": validation.title or None, "table:display": "true"},
            paragraphs(validation.message),
        )
    inside += element(
        "table:error-message",
        {
            "table:message-type": "warning",
            "table:title": validation.error_title or None,
            "table:display": "true" if validation.strict else "false",
        },
        paragraphs(validation.error_message) if validation.error_message else "",
    )
    return element("table:content-validation", attributes, inside)
