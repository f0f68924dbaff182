"""`python -m kakosheet`."""

from kakosheet.cli import main

main()
