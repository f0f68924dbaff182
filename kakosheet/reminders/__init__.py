"""The open dates of a book as lists, calendars and drafts."""
