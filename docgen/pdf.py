"""PDF by LibreOffice (stub)."""
MARK = "_docgen{}"
