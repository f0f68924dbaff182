"""What the sheets of a case share: its cells and events, its nodes and their keys, waits, sentences."""
