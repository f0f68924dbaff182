"""Pages of text as PDF."""
