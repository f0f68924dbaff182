"""What a new workbook holds, before any file format: lanes, widths, rules, drop-downs, views, charts as plain data for
the writers."""
