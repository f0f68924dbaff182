"""Formulas go into the OOXML grammar and back; strings and names stay as they are."""

from __future__ import annotations

import pytest

from kakosheet.formats.formula import same
from kakosheet.formats.ods.openformula import from_ooxml, reference_to_ooxml, to_ooxml
from kakosheet.formats.ods.values import formula_text

BOTH_WAYS = [
    ("A1", "[.A1]"),
    ("$A$1:B2", "[.$A$1:.B2]"),
    ("A:A", "[.A:.A]"),
    ("1:3", "[.1:.3]"),
    ("S!A1", "[$S.A1]"),
    ("'It''s here'!$A$4:$A$1048576", "[$'It''s here'.$A$4:.$A$1048576]"),
    ("SUM(A1,2)", "SUM([.A1];2)"),
    ("SUM((A1,B1))", "SUM(([.A1]~[.B1]))"),
    ("A1:B2 B1:C3", "[.A1:.B2]![.B1:.C3]"),
    ("{1,2;3,4}", "{1;2|3;4}"),
    ('{"a;b","|"}', '{"a;b";"|"}'),
    ("SUM(S:T!A1)", "SUM([$S.A1:$T.A1])"),
    ("A1:INDEX(B:B,3)", "[.A1]:INDEX([.B:.B];3)"),
    ("IF(A1,,2)", "IF([.A1];;2)"),
    ("-A1%^2", "-[.A1]%^2"),
    ("nm+_kako_today", "nm+_kako_today"),
    ('"a;b""[.A1]"&A1', '"a;b""[.A1]"&[.A1]'),
    ("#REF!+1", "#REF!+1"),
    ("_xlfn.CONCAT(A1)", "COM.MICROSOFT.CONCAT([.A1])"),
    ("_xlfn.IFNA(A1,0)", "IFNA([.A1];0)"),
    ("CEILING(A1,1)", "COM.MICROSOFT.CEILING([.A1];1)"),
    ("NORMSDIST(1)", "LEGACY.NORMSDIST(1)"),
    ("_xlfn.FORMULATEXT(A1)", "FORMULA([.A1])"),
    ('COUNTIF(A:A,"<"&TODAY())', 'COUNTIF([.A:.A];"<"&TODAY())'),
    (
        'HYPERLINK("#"&SUBSTITUTE(CELL("address",INDEX(\'D W\'!$A$4:$A$9,MATCH("D-1",\'D W\'!$A$4:$A$9,0))),"!",_kako_sep),"D-1")',
        'HYPERLINK("#"&SUBSTITUTE(CELL("address";INDEX([$\'D W\'.$A$4:.$A$9];MATCH("D-1";[$\'D W\'.$A$4:.$A$9];0)));"!";_kako_sep);"D-1")',
    ),
]


@pytest.mark.parametrize(("ooxml", "open_formula"), BOTH_WAYS)
def test_a_formula_goes_both_ways(ooxml: str, open_formula: str) -> None:
    assert to_ooxml(open_formula) == ooxml
    assert from_ooxml(ooxml) == open_formula


@pytest.mark.parametrize(
    ("open_formula", "ooxml"),
    [
        ("[Sheet1.A1]", "Sheet1!A1"),
        ("[.#REF!]", "#REF!"),
        ("[$#REF!.A1]", "#REF!"),
        ("[.A1:.#REF!]", "#REF!"),
        ("TRUE()", "TRUE"),
        ("$$Label+1", "Label+1"),
        ("['file:///a b.ods'#$Sheet1.A1]", "'[file:///a b.ods]Sheet1'!A1"),
        ("IF( [.A1] ; 1 )", "IF( A1 , 1 )"),
        ("T[[#This Row];[a]]", "T[[#This Row];[a]]"),
        ("[$S.A1:$S.B2]", "S!A1:B2"),
    ],
)
def test_what_other_programs_write_is_understood(open_formula: str, ooxml: str) -> None:
    assert same(to_ooxml(open_formula), ooxml)


@pytest.mark.parametrize(
    ("attribute", "ooxml"),
    [
        ("of:=[.A1]+1", "A1+1"),
        ("oooc:=[.A1];", "A1,"),
        ("msoxl:=SUM(A1;B2)", "SUM(A1;B2)"),
        ("=[.A1]", "A1"),
        ("[.A1]=[.B1]", "A1=B1"),
    ],
)
def test_the_prefix_says_the_grammar(attribute: str, ooxml: str) -> None:
    assert formula_text(attribute) == ooxml


def test_a_reference_that_is_none_points_nowhere() -> None:
    assert [reference_to_ooxml(text) for text in ("", "x y z", ".", "'a", ".A1:.B2:.C3")] == ["#REF!"] * 5


def test_true_is_a_call_and_a_constant_in_an_array() -> None:
    assert from_ooxml("IF(A1,TRUE,{TRUE})") == "IF([.A1];TRUE();{TRUE})"
    assert from_ooxml("'[2]S'!A1") == "#REF!"
