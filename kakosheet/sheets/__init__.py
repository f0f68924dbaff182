"""The domain: one module a sheet, in the order of the tabs. The schema, the rules and the layouts of a workbook are
what stands in them."""

from __future__ import annotations

from functools import cache

from kakosheet.core.plan import Plan, build
from kakosheet.core.rules import RuleSet, collect
from kakosheet.core.schema import WorkbookSchema
from kakosheet.sheets import (
    alerts,
    carriers,
    customers,
    dashboard,
    deadlines,
    disputes,
    evidence,
    improvements,
    lists,
    log,
    offers,
    purchases,
    rules,
    sales,
    sellers,
    settings,
    start,
)

VERSION = 4
"""Goes up with every change of the schema that a workbook can notice."""

MODULES = (
    start,
    alerts,
    purchases,
    sales,
    disputes,
    offers,
    deadlines,
    evidence,
    log,
    sellers,
    carriers,
    customers,
    dashboard,
    improvements,
    settings,
    rules,
    lists,
)

SCHEMA = WorkbookSchema(VERSION, tuple(module.SHEET for module in MODULES))


@cache
def rule_set() -> RuleSet:
    """All rules of the workbook."""
    return collect(MODULES)


@cache
def plan() -> Plan:
    """All rules in an order in which nothing is read before it is written."""
    return build(SCHEMA, rule_set())
