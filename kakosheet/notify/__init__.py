"""Reminders: which dates are to be told today, to whom, in which words, and by which way they travel. Knows no sheet.

Pure: model, ladder, people, digests, wording, literal, parts, answers, mail, ics, timers. With I/O: smtp, wire,
gateways, sent, sending.
"""
