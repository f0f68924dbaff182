"""Writes new workbooks with XlsxWriter: registers, views, lists. Imported only where a workbook is made."""
