"""Kyrgyz inflection, names, numbers, dates, sorting: a library of its own that knows nothing of documents."""
