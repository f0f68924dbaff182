"""A book in memory: bytes to computed tables to a patch to bytes; what it notes about itself, its moment, its layouts,
rows to be merged into it."""
