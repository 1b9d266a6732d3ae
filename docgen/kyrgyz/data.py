"""The data files of the language: `data/*.tsv`, read once, when first asked for.

Each file is a table with a header; lines that begin with # are remarks for the teacher who proofs it. The last
columns of every table are the source and a note.
"""

from __future__ import annotations

from functools import cache


def rows(name: str) -> list[list[str]]:
    """Read `data/<name>.tsv`: a list of cells for each row below the header."""
    from pathlib import Path

    text = (Path(__file__).parent / "data" / f"{name}.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return lines[1:]


@cache
def dropped_vowels() -> dict[str, str]:
    """Give the words that lose a vowel before a possessive: {"орун": "орд"}, a closed list (§4.1)."""
    return {word: value for word, kind, value, *_ in rows("words") if kind == "drops"}


@cache
def restored_vowels() -> dict[str, str]:
    """Give the same list backwards, by the 3rd-person form: {"орду": "орун"}."""
    from docgen.kyrgyz.morphology import attach

    return {attach(short, short, "I")[1]: word for word, short in dropped_vowels().items()}


@cache
def spoken_words() -> dict[str, str]:
    """Give the words that are heard otherwise than written: {"отчет": "отчёт"} (§5)."""
    return {word: value for word, kind, value, *_ in rows("words") if kind == "heard"}


@cache
def own_plurals() -> dict[str, str]:
    """Give the words whose plural is no stem + -лар: {"бала": "балдар"}."""
    return {word: value for word, kind, value, *_ in rows("words") if kind == "plural"}


@cache
def irregular() -> dict[str, dict[str, str]]:
    """Give the words with forms of their own, by case: {"ал": {"dative": "ага", …}} (pronouns)."""
    table: dict[str, dict[str, str]] = {}
    for word, kind, value, *_ in rows("words"):
        if kind in ("genitive", "dative", "accusative", "locative", "ablative"):
            table.setdefault(word, {})[kind] = value
    return table


@cache
def readings() -> dict[str, str]:
    """Give how acronyms, Latin words, symbols and units are read aloud: {"КР": "ка-эр-а", "%": "пайыз"} (§6).

    Keys are as written; Latin words also in lower case. `readings.register` adds a school's own.
    """
    return {word: reading for word, _, reading, *_ in rows("readings")}


@cache
def abbreviations() -> dict[str, str]:
    """Give the abbreviations that cannot take a suffix and are written out instead: {"ж.": "жыл"}."""
    return {short: full for short, full, *_ in rows("abbreviations")}


@cache
def possessed_heads() -> frozenset[str]:
    """Give the nouns that head names of bodies, posts and papers, in the 3rd-person form: «мектеби», «жобосу» (§4.2)."""
    from docgen.kyrgyz.morphology import attach_possessive

    spoken = spoken_words()
    heads = set()
    for stem, *_ in rows("heads"):
        heads.add(attach_possessive(stem, spoken.get(stem, stem), "3")[0])
    return frozenset(heads)


@cache
def plain_words() -> frozenset[str]:
    """Give the plain nouns and names whose last letters look like a possessive but are the stem: «казы», «Айпери»."""
    return frozenset(word for word, *_ in rows("plain"))


@cache
def stem_kinds() -> dict[str, str]:
    """Give the stems of the lexicon with their kinds: {"ат": "nv"}; loaded only when a word must be looked up."""
    return {stem: kinds for stem, kinds, *_ in rows("lexicon")}


@cache
def heading_words() -> frozenset[str]:
    """Give the words that, written in capitals, are words and no acronyms: «БУЙРУК», «АКТ»."""
    names = (name.lower() for name, *_ in rows("names") if len(name) > 3)
    return possessed_heads().union((stem for stem, *_ in rows("heads")), names)
