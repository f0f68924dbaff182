"""Column maps: TOML files that say which header of an export is which column of ours.

    table = "purchases"                     the table that the rows go to
    dates = ["%d/%m/%Y"]                    formats tried before ISO and the plain ones
    decimal = ","                           the decimal sign of numbers; without it only what is beyond doubt is read
    needs = ["item", "order_no"]            columns without which the file is not of this kind

    [columns]
    item = ["Product", "商品名称"]            the header and its other spellings; the first that the file has counts
    price = { header = ["Price"], decimal = "." }
    platform = { value = "Etsy" }           a constant
    specification = { join = ["Colour", "Size"], separator = ", " }
    problem = { header = ["State"], values = { "Lost" = "not_received" } }

Headers are compared folded: width, case and white space do not count.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from kakosheet.core.issues import EXIT_USAGE, Issue, KakosheetError
from kakosheet.core.schema import Owner, TableSchema
from kakosheet.policy import resources

_NO_DELIMITER = ('"', "\r", "\n", "\0")
NO_EXTRA: dict[str, str] = {"extra": "forbid"}


@dataclass(frozen=True, kw_only=True)
class ColumnMap:
    """Where the values of one column come from: a header, several joined, or a constant."""

    __pydantic_config__: ClassVar[dict[str, str]] = NO_EXTRA

    header: tuple[str, ...] = ()
    join: tuple[str, ...] = ()
    separator: str = " "
    value: str | int | float | bool | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    decimal: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportMap:
    """One kind of export. `encoding`, `delimiter` and `sheet` are found out where blank."""

    __pydantic_config__: ClassVar[dict[str, str]] = NO_EXTRA

    table: str
    columns: Mapping[str, ColumnMap]
    about: str = ""
    dates: tuple[str, ...] = ()
    decimal: str = ""
    needs: tuple[str, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


def parse_map(text: str, name: str) -> ImportMap:
    """The map that a TOML text describes; KakosheetError K501 lists all that is wrong with it."""
    from pydantic import TypeAdapter, ValidationError

    try:
        raw = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # ValueError: no TOML, or a number of thousands of digits
        raise KakosheetError(
            "K501", f"{name} is not a TOML file: {error}", "see templates/importers/generic.toml for an example"
        ) from None
    columns = raw.get("columns")
    if isinstance(columns, dict):
        raw["columns"] = {key: _long_form(value) for key, value in columns.items()}
    try:
        return TypeAdapter(ImportMap).validate_python(raw)
    except ValidationError as error:
        found = tuple(
            Issue("K501", f"{'.'.join(map(str, one['loc']))}: {one['msg']}", sheet=name) for one in error.errors()
        )
        raise KakosheetError(
            "K501", f"the column map {name} cannot be used: {found[0].message}", "correct the map", issues=found
        ) from None


def shipped_maps() -> list[str]:
    """The names of the maps in templates/importers."""
    return [name.removesuffix(".toml") for name in resources.listing("importers") if name.endswith(".toml")]


def shipped_map(name: str) -> ImportMap:
    """The map of that name in templates/importers; K504 if there is none."""
    if name not in shipped_maps():
        raise KakosheetError(
            "K504",
            f'there is no importer "{name}"',
            f"choose one of: {', '.join(shipped_maps())}",
            exit_code=EXIT_USAGE,
        )
    return parse_map(resources.open_text(f"importers/{name}.toml"), name)


def load_map(path: Path) -> ImportMap:
    """Read a map; K109 if there is no such file, K107 if it is too large for one, K501 if it cannot be used."""
    try:
        text = resources.read_regular(path, resources.LARGEST_TEMPLATE)[0].decode("utf-8-sig")
    except OSError as error:
        raise KakosheetError(
            "K109", f"cannot read the column map {path.name}: {error.strerror}", "check the name and the folder"
        ) from None
    except UnicodeDecodeError:
        raise KakosheetError("K501", f"the column map {path.name} is not UTF-8 text", "save it as UTF-8") from None
    return parse_map(text, path.name)


def check_map(mapping: ImportMap, schema: TableSchema, name: str) -> None:
    """Refuse a map that names columns which the table does not have or which people do not type (K501)."""
    wrong = [f'"{key}" is no column of {schema.key}' for key in mapping.columns if key not in schema.by_key]
    wrong += [
        f'"{key}" is written by kakosheet, not imported'
        for key in mapping.columns
        if key in schema.by_key and schema.by_key[key].owner is not Owner.USER
    ]
    wrong += [f'"{key}" is needed but not mapped' for key in mapping.needs if key not in mapping.columns]
    wrong += [
        f'"{key}" has neither header, join nor value'
        for key, column in mapping.columns.items()
        if not column.header and not column.join and column.value is None
    ]
    wrong += [
        f'"{form}" is no form of a date'
        for form in (*mapping.dates, *(f for column in mapping.columns.values() for f in column.dates))
        if not _is_date_form(form)
    ]
    wrong += [
        f'"{sign}" is no decimal sign'
        for sign in (mapping.decimal, *(column.decimal for column in mapping.columns.values()))
        if sign not in ("", ",", ".")
    ]
    if len(mapping.delimiter) > 1 or mapping.delimiter in _NO_DELIMITER:
        wrong.append(f'"{mapping.delimiter}" is no delimiter')
    if wrong:
        raise KakosheetError(
            "K501",
            f"the column map {name} cannot be used: {wrong[0]}",
            "correct the map",
            issues=tuple(Issue("K501", text, sheet=name) for text in wrong),
        )


def _is_date_form(form: str) -> bool:
    """Whether `strptime` knows all that a form asks for."""
    try:
        datetime.strptime("", form)
    except ValueError as error:
        return "does not match" in str(error)
    return bool(form)


def _long_form(value: Any) -> Any:
    """`"Item"` and `["Item", "Product"]` stand for `{header = …}`; a lone header for a list of one."""
    if isinstance(value, str | list):
        value = {"header": value}
    if isinstance(value, dict) and isinstance(value.get("header"), str):
        value = {**value, "header": [value["header"]]}
    return value
