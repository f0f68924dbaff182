"""Mechanism: schema, tables, rules, patch, issues, addresses. Knows no sheet, no trade and no file format."""
