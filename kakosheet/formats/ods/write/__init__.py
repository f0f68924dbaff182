"""Writes new workbooks as OpenDocument 1.3: rows streamed into the package, LibreOffice's extensions only where ODF has
no word."""
