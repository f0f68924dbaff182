"""Formulas: tokens that join again, references, re-homing (openpyxl's translator is the oracle), sameness."""

from __future__ import annotations

import pytest
from openpyxl.formula.translate import Translator

from kakosheet.formats.formula import TokenKind, parse, references, same, shift, tokenize

FORMULAS = [
    "A1",
    "SUM(A1:B2)+Sheet2!$C4",
    "LOG10(5)*A1",
    "'My ''x'!A:A+Foo!B2",
    "1:3+$4:$5",
    'IF(N4<>"","Waived","A1")',
    "A1:B$2 C3",
    "SUM(T1[[#This Row],[a b]],$A1)",
    'Sheet1!MyName&"A1"',
    "-A1%+{1,2;3,4}",
    "SUM(Jan:Mar!C3)",
    "A1B+XYZ1+A0",
    '"a""A1"&B2',
    "OFFSET($A$1,0,0)",
    "IF(A1=1E5,#N/A,#REF!)",
    "COUNTIF('Deadlines'!$A$4:$A$1048576,\"Overdue\")",
    "[1]Sheet1!A1+1",
    "表!A1+'表 二'!B2",
    "_xlfn.IFS(A1>1,TRUE,A1<0,FALSE())",
    "A1 : B2",
]


@pytest.mark.parametrize("formula", [*FORMULAS, "", "  ", '"unclosed', "'unclosed!A1", "[[[", "A1:", "((("])
def test_tokens_join_to_the_formula(formula: str) -> None:
    assert "".join(token.text for token in tokenize(formula)) == formula


# The oracle drops the sheet of a name, takes XYZ1 for a cell, and does not know the intersection of two areas.
BEYOND_THE_ORACLE = {'Sheet1!MyName&"A1"', "A1B+XYZ1+A0", "A1:B$2 C3"}


@pytest.mark.parametrize("formula", [formula for formula in FORMULAS if formula not in BEYOND_THE_ORACLE])
@pytest.mark.parametrize(("rows", "columns"), [(1, 0), (0, 3), (17, 26)])
def test_shift_agrees_with_openpyxl(formula: str, rows: int, columns: int) -> None:
    target = f"{'CDEFGHIJKLMNOPQRSTUVWXYZ'[columns] if columns < 24 else 'AC'}{5 + rows}"
    assert "=" + shift(formula, rows, columns) == Translator("=" + formula, origin="C5").translate_formula(target)


def test_a_reference_moved_off_the_sheet_is_an_error() -> None:
    assert shift("A1+B2", -1, 0) == "#REF!+B1"
    assert shift("XFD1", 0, 1) == "#REF!"


def test_strings_and_functions_are_no_references() -> None:
    assert references('LOG10(5)&"A1"&A0&XYZ1') == ()
    assert [token.kind for token in tokenize("LOG10(A1)")] == [
        TokenKind.FUNCTION,
        TokenKind.OPERATOR,
        TokenKind.AREA,
        TokenKind.OPERATOR,
    ]


@pytest.mark.parametrize("formula", ["0:1", "SUM(1:0)", "DOC:YPE", "$YPE:$A", "A1:XYZ1", "1:9999999", "A1:B9999999"])
def test_what_lies_on_no_sheet_is_no_area(formula: str) -> None:
    assert "".join(token.text for token in tokenize(formula)) == formula
    assert shift(formula, 0, 0) == formula
    assert all(area.last_row <= 1048576 and area.last_column <= 16384 for area in references(formula))
    assert parse(formula).unsure


def test_references_have_bounds_and_sheets() -> None:
    found = references("SUM('My ''s'!B:C,Jan:Mar!$2:$3,[2]Other!A1,D4)")
    assert [(r.sheet, r.last_sheet, r.external) for r in found] == [
        ("My 's", None, False),
        ("Jan", "Mar", False),
        (None, None, True),
        (None, None, False),
    ]
    assert [tuple(r[3:]) for r in found] == [(1, 2, 1048576, 3), (2, 1, 3, 16384), (1, 1, 1, 1), (4, 4, 4, 4)]


def test_structured_references_name_their_columns() -> None:
    found = parse("T[a]+T[[#This Row],[b '[x']]]+T[[c]:[d]]+[@e]+T[#All]").structured
    assert [(s.table, s.columns, s.span, s.this_row) for s in found] == [
        ("T", ("a",), False, False),
        ("T", ("b [x]",), False, True),
        ("T", ("c", "d"), True, False),
        ("", ("e",), False, True),
        ("T", (), False, False),
    ]


@pytest.mark.parametrize("formula", ['INDIRECT("A1")', "OFFSET(A1,1,1)", "A1:INDEX(B:B,3)", 'CELL("row",A1)', "A1#"])
def test_formulas_that_reach_further_are_unsure(formula: str) -> None:
    assert parse(formula).unsure


@pytest.mark.parametrize("formula", ["TODAY()-A1", "NOW()", "RAND()", "SUM(A1:A9)", "INDEX(B:B,3)"])
def test_other_formulas_are_sure(formula: str) -> None:
    assert not parse(formula).unsure


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("SUM(A1,B2)", "sum( a1 , b2 )"),
        ("'Deadlines'!A1", "Deadlines!A1"),
        ("A1:A1048576", "A:A"),
        ("$A$1:$XFD$1", "$1:$1"),
        ("IF(A1,TRUE,0)", "IF(A1,TRUE(),0)"),
        ("_xlfn.IFS(A1,1)", "IFS(A1,1)"),
        ("myName+1", "MYNAME + 1"),
    ],
)
def test_what_a_program_re_serialised_is_the_same(first: str, second: str) -> None:
    assert same(first, second)
    assert same(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("A1", "$A1"),
        ("A1", "A2"),
        ('"a"', '"A"'),
        ('"a b"', '"ab"'),
        ("A1 B1", "A1B1"),
        ("SUM(A1)", "SUM(A1,)"),
        ("S!A1", "A1"),
        ("$A$4:$A$1048576", "$A:$A"),
    ],
)
def test_another_formula_is_another(first: str, second: str) -> None:
    assert not same(first, second)
