"""The template engine: a .docx in docxtpl's dialect, compiled once, rendered many times."""
