"""Records: the facts of papers, from JSON, JSONL, YAML or parameters, all by the rules of JSON.

Reading is fast and remembers no places; `Source.locate` finds one when a problem needs it.
"""

from docgen.records.files import read, read_records
from docgen.records.parameters import record_of
from docgen.records.source import Record, Source
from docgen.records.stream import stream_records

__all__ = ["Record", "Source", "read", "read_records", "record_of", "stream_records"]
