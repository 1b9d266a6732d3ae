"""Word files that others made, through docgen beside docxtpl: what compiles there must compile here.

    python make.py foreign FOLDER [--all]

Every .docx, .docm, .dotx and .dotm below the folder, each in a process of its own with limits of time and memory:

- compiled by docxtpl (its patch and Jinja's parser, of all parts that it renders) and by docgen;
- where both compile it and it has tags, rendered by both with values made up from the names it reads; the listings must agree;
- where it has no tags, rendered, which must change nothing;
- listed, and made tidy: twice, which must give the same bytes and the same listing; what was rendered is merged with itself.

A file that the gate refuses for no more than `tidy` mends is made tidy first, which must lose no word, and is then held to
all of this.

Then a table, with the names of the files (a few of each kind, or all). Ends with status 1 where docgen refuses what docxtpl
compiles, but for the refusals of `ON_PURPOSE`; and where docgen fails, hangs, differs or makes a document with a fault.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from difflib import unified_diff
from html import unescape
from pathlib import Path
from typing import Any
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent
ENDINGS = (".docx", ".docm", ".dotx", ".dotm")
SECONDS = 60
MEMORY = 4 << 30
_RICH = re.compile(r"\{\{[rp] ")   # docxtpl prints XML there, which a plain value is not
# docxtpl keeps table rows that a tracked change has deleted, and drops the columns of cells that stand in a control
_ODD_ROW = re.compile(rb"<w:trPr>(?:(?!</w:trPr>).)*<w:del |<w:sdtContent>\s*<w:tc[ >]", re.DOTALL)
_STRAIGHT = str.maketrans("“”‘’", "\"\"''")
FEW = 5

#: why docgen refuses what docxtpl compiles: the reason, and the ids of the problems or their beginnings
ON_PURPOSE = {
    "it runs or hides something": ("package.macros", "package.activex", "package.embedded", "package.alt-chunk",
                                   "package.custom-ui"),
    "it fetches something, or asks its reader": ("package.remote-template", "package.external", "package.field", "package.link",
                                                 "package.mail-merge"),
    "it cannot be read safely": ("package.xml", "package.doctype", "package.too-", "package.broken", "package.entry-name",
                                 "package.duplicate-entry"),
    "a template is no program: no calls, macros, methods": ("template.not-allowed",),
    "docgen has filters and tests of its own": ("template.unknown-filter", "template.unknown-test",
                                                "template.filter-arguments"),
    "docxtpl drops in silence what stands beside a tag": ("template.lost-", "template.joined-cells"),
    "docxtpl prints half a tag as it stands": ("template.unclosed-tag", "template.unopened-tag"),
    "it could print None, or nothing": ("template.maybe-none", "template.no-else"),
    "a name that only looks Latin": ("template.cyrillic",),
    "nested beyond sense": ("template.too-deep",),
}


@dataclass
class Outcome:
    """What came of one file: *theirs* is docxtpl's error, *ours* docgen's problems by id; *faults* are docgen's own."""

    has_tags: bool = False
    theirs: str = ""
    ours: dict[str, str] = field(default_factory=dict)
    #: no made-up values could be rendered: what docgen or docxtpl said
    unrendered: str = ""
    rendered: bool = False
    faults: list[str] = field(default_factory=list)
    #: what the gate refused and `tidy` mended, before all else was tried
    mended: list[str] = field(default_factory=list)

    @property
    def is_refused_wrongly(self) -> bool:
        return not self.theirs and not all(map(reason, self.ours))


def reason(fault: str) -> str:
    """Why a problem is no fault of docgen's, empty where it is one."""
    return next((why for why, starts in ON_PURPOSE.items() if fault.startswith(starts)), "")


# ------------------------------------------------------------------------------------------------------------- one file

def examine(data: bytes) -> Outcome:
    """Everything about one file, or about what `tidy` made of it where that mends why it is refused."""
    from docgen.errors import ProblemsFound
    from docgen.template.hazards import MENDABLE
    from docgen.template.tidy import tidy

    outcome = _examined(data)
    if not outcome.ours or not MENDABLE.issuperset(outcome.ours):
        return outcome
    try:
        once = tidy(data)
    except ProblemsFound:
        return outcome
    healed = _examined(once)
    healed.mended = sorted(outcome.ours)
    healed.faults += [f"mended: {lost}" for lost in [_difference(_words(data), _words(once))] if lost]
    if healed.theirs and not outcome.theirs:
        healed.faults.append(f"mended: docxtpl no longer compiles it: {healed.theirs}")
    return healed


def _words(data: bytes) -> str:
    """The texts of the parts that are printed, a line a paragraph, whatever runs they stand in."""
    printed = re.compile(r"/(?:document|header|footer|footnotes|endnotes)\d*\.xml$")
    stories = [part.decode() for name, part in sorted(_parts(data).items()) if printed.search(name)]
    texts = re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>|(</w:p>|<w:p(?: [^>]*)?/>)", "\n".join(stories))
    return unescape("".join("\n" if end else text for text, end in texts)).translate(_STRAIGHT)


def _examined(data: bytes) -> Outcome:
    from docgen.errors import ProblemsFound
    from docgen.messages import line
    from docgen.template.compiled import Template
    from docgen.template.listing import listing

    outcome = Outcome(theirs=_docxtpl_error(data))
    try:
        template = Template(data, name="template.docx")
    except ProblemsFound as refused:
        outcome.ours = {problem.id: line(problem, "en") for problem in reversed(refused.problems)}
        outcome.faults += [f"no place: {problem.id}" for problem in refused.problems
                           if problem.id.startswith("template.") and problem.position.place is None]
    else:
        outcome.has_tags = bool(template._parts)   # the parts that are rendered, not copied
        if outcome.has_tags:
            _render_both(data, template, outcome)
        else:
            made = template.render({})
            outcome.faults += [*_changed(data, made), *_merged(made)]
    if not any(fault.startswith("package.") for fault in outcome.ours):
        listing(data)
        outcome.faults += _tidied(data)
    return outcome


def _docxtpl_error(data: bytes) -> str:
    """What docxtpl says against the file, empty where it compiles it."""
    import jinja2
    from docxtpl import DocxTemplate

    try:
        document = DocxTemplate(io.BytesIO(data))
        document.render_init()
        environment = jinja2.Environment(autoescape=True)
        sources = [document.get_xml()]
        for uri in (document.HEADER_URI, document.FOOTER_URI):
            sources += [document.get_part_xml(part) for _, part in document.get_headers_footers(uri)]
        sources += [part.blob.decode() for part in document.docx.part.package.iter_parts()
                    if part.content_type.endswith("wordprocessingml.footnotes+xml")]
        for source in sources:
            environment.from_string(document.patch_xml(source))
        core = document.docx.core_properties
        for text in (core.author, core.comments, core.identifier, core.language, core.subject, core.title):
            environment.from_string(text)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200]
    return ""


def _render_both(data: bytes, template: Any, outcome: Outcome) -> None:
    from docgen.errors import ProblemsFound
    from docgen.template.listing import listing

    if outcome.theirs:
        return
    # rich values are compared by the tests
    is_incomparable = _RICH.search(listing(data)) or any(_ODD_ROW.search(part) for part in _parts(data).values())
    for leaf in ("текст", 7):
        context = made_up(template.names, leaf)
        try:
            ours = template.render(context)
        except ProblemsFound as refused:
            outcome.unrendered = str(sorted({problem.id for problem in refused.problems}))
            continue
        try:
            theirs = _docxtpl_render(data, context)
            said = _said(theirs, data)
        except Exception as error:
            outcome.unrendered = f"docxtpl: {type(error).__name__}: {error}"[:120]
            continue
        outcome.rendered, outcome.unrendered = True, ""
        outcome.faults += [f"invalid: {finding}" for finding in _new_findings(ours, theirs, data)]
        if not is_incomparable and (difference := _difference(said, _said(ours, data))):
            outcome.faults.append(f"differs from docxtpl: {difference}")
        outcome.faults += _merged(ours)
        return


def _said(made: bytes, data: bytes) -> str:
    """A document's listing, without the properties where the template has none: docxtpl makes some up."""
    from docgen.template.listing import listing

    text = listing(made)
    return text if listing(data).startswith("# properties") else text[text.index("# document"):]


def _docxtpl_render(data: bytes, context: Mapping[str, Any]) -> bytes:
    from docxtpl import DocxTemplate

    document = DocxTemplate(io.BytesIO(data))
    document.render(dict(context), autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def made_up(names: set[str], leaf: object) -> dict[str, Any]:
    """A context in which every name that a template reads is there: ``a.b`` an object, ``a[*]`` a list of two."""
    tree: dict[str, Any] = {}
    for name in sorted(names):
        node = tree
        for step in re.findall(r"[^.\[\]]+|\[[^\]]*\]", name):
            node = node.setdefault("[*]" if step.startswith("[") else step, {})

    def value(node: dict[str, Any]) -> object:
        if not node:
            return leaf
        return [value(node["[*]"])] * 2 if "[*]" in node else {step: value(below) for step, below in node.items()}

    return {step: value(below) for step, below in tree.items()}


def _changed(data: bytes, made: bytes) -> Iterator[str]:
    """What is not as it was in a file without tags; remarks and their authors go, tracked changes are accepted."""
    from docgen.template.listing import listing

    before, after = _parts(data), _parts(made)
    tracked = re.compile(rb"<w:(?:ins|del|move\w+|\w+Change|cell(?:Ins|Del|Merge)) ")
    if any(re.search("comments|people", part) or tracked.search(data) for part, data in before.items()):
        if difference := _difference(listing(data), listing(made)):
            yield f"changed: {difference}"
        return
    yield from (f"changed: {part}" for part in sorted(before.keys() | after.keys()) if before.get(part) != after.get(part))


def _tidied(data: bytes) -> Iterator[str]:
    from docgen.template.listing import listing
    from docgen.template.tidy import tidy

    once = tidy(data)
    if tidy(once) != once:
        yield "tidy: not the same twice"
    if difference := _difference(_in_order(listing(data)), _in_order(listing(once))):
        yield f"tidy: {difference}"
    yield from (f"tidy: {finding}" for finding in _new_findings(once, data) if "left over" not in finding)   # healed tags


def _in_order(text: str) -> str:
    """A listing without what `tidy` shall change: the author's name, the quotes in tags."""
    text = re.sub(r"^creator: .*\n", "", text, flags=re.M).removeprefix("# properties\n# document").removeprefix("# document")
    return re.sub(r"\{[{%#].*?[%}#]\}", lambda tag: tag[0].translate(_STRAIGHT), text)


def _merged(data: bytes) -> Iterator[str]:
    """What is wrong with a file that was merged with itself."""
    from docgen.template.listing import listing
    from docgen.template.merge import merge

    made = merge([data, data])
    has_lost = any("is not there" in finding for finding in _findings(data))   # what leads to nothing has no relationship then
    yield from (f"merge: {finding}" for finding in _new_findings(made, data)
                if not (has_lost and finding.endswith("is no relationship")))
    alone = _body(listing(data))
    if difference := _difference("\n".join(alone * 2), "\n".join(_body(listing(made)))):
        yield f"merge: {difference}"


def _body(text: str) -> list[str]:
    """The lines of a document's body, but those of its pages and empty ones; in a merged file notes and bookmarks have other
    names, lists of a style are spelt out, and a body without a paragraph gets one."""
    body = re.split(r"^# (?=header|footer|footnotes|endnotes)", text.partition("# document\n")[2], maxsplit=1, flags=re.M)[0]
    body = re.sub(r"<((?:foot|end)note|field|link) [^>]*>", r"<\1>", body)
    body = re.sub(r"•+ ?", "", body)
    return [line.rstrip() for line in body.splitlines() if not line.startswith("# page") and line != "¶"]


def _difference(expected: str, found: str) -> str:
    lines = [line for line in unified_diff(expected.splitlines(), found.splitlines(), lineterm="", n=0)
             if not line.startswith(("---", "+++", "@@"))]
    return " / ".join(lines)[:300]


def _findings(data: bytes) -> list[str]:
    sys.path[:0] = [str(ROOT / "tests")] if str(ROOT / "tests") not in sys.path else []
    from judges.invariants import findings

    return list(findings(data))


def _new_findings(made: bytes, *befores: bytes) -> list[str]:
    """What is wrong with a document and was not with what it was made from; numbers do not count."""
    def kind(finding: str) -> str:
        return re.sub(r"\d+", "#", finding.partition(": ")[2] or finding)

    excused = {kind(finding) for before in befores for finding in _findings(before)}
    return sorted({finding for finding in _findings(made) if kind(finding) not in excused})[:3]


def _parts(data: bytes) -> dict[str, bytes]:
    with ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}


# ------------------------------------------------------------------------------------------------------------ all files

def _in_limits(path: Path, answer: Any) -> None:
    """The work of a process: the outcome of one file, or what stopped it, down the pipe."""
    os.environ["DOCGEN_CACHE"] = "off"
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except ImportError:
        pass   # Windows knows no such limit
    try:
        answer.send(examine(path.read_bytes()))
    except BaseException as error:
        import traceback

        at = traceback.extract_tb(error.__traceback__)[-1]
        answer.send(Outcome(faults=[f"failed: {type(error).__name__} at {Path(at.filename).name}:{at.lineno}: {error}"[:300]]))


def outcome_of(path: Path, start: Callable[..., Any]) -> Outcome:
    """The outcome of a file, whatever it does to the process."""
    here, there = multiprocessing.Pipe(duplex=False)
    process = start(target=_in_limits, args=(path, there), daemon=True)
    process.start()
    there.close()
    try:
        if here.poll(SECONDS):
            return here.recv()   # type: ignore[no-any-return]
        return Outcome(faults=[f"hangs: no answer after {SECONDS} s"])
    except EOFError:
        return Outcome(faults=["failed: the process died"])
    finally:
        process.kill()
        process.join()


def outcomes(paths: list[Path]) -> dict[Path, Outcome]:
    context = multiprocessing.get_context("forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn")
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload(["docxtpl", "docgen.template.compiled", "docgen.template.merge", "docgen.template.tidy"])
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(paths, pool.map(lambda path: outcome_of(path, context.Process), paths), strict=True))


# ---------------------------------------------------------------------------------------------------------------- report

def report(found: Mapping[Path, Outcome], folder: Path, few: int) -> Iterator[str]:
    sides = Counter((not it.theirs, not it.ours) for it in found.values())
    yield f"{len(found):6} files, {sum(it.has_tags for it in found.values())} compiled with tags"
    for (theirs, ours), name in {(True, True): "both compile", (True, False): "only docxtpl", (False, True): "only docgen",
                                 (False, False): "neither"}.items():
        yield f"{sides[theirs, ours]:6} {name}"
    rendered = sum(it.rendered for it in found.values())
    yield f"{rendered:6} rendered by both with made-up values"
    yield f"{sum(bool(it.mended) for it in found.values()):6} refused as they are, mended by tidy"
    wrongly = {path: it for path, it in found.items() if it.is_refused_wrongly}
    yield f"{len(wrongly):6} refused wrongly"
    yield f"{sum(bool(it.faults) for it in found.values()):6} with faults of docgen's"

    def group(title: str, keyed: Iterator[tuple[str, Path, str]]) -> Iterator[str]:
        groups: dict[str, dict[Path, str]] = defaultdict(dict)
        for key, path, detail in keyed:
            groups[key].setdefault(path, detail)
        if groups:
            yield f"\n== {title}"
        for key, paths in sorted(groups.items(), key=lambda pair: -len(pair[1])):
            yield f"{len(paths):6} {key}"
            yield from (f"         {path.relative_to(folder)}: {detail}" for path, detail in list(paths.items())[:few])

    yield from group("faults", ((fault.partition(":")[0], path, fault) for path, it in found.items() for fault in it.faults))
    yield from group("refused, though docxtpl compiles", (
        (fault, path, sentence) for path, it in found.items() if not it.theirs
        for fault, sentence in it.ours.items() if not reason(fault)))
    yield from group("refused on purpose, though docxtpl compiles", (
        (f"{fault} ({reason(fault)})", path, sentence) for path, it in found.items() if not it.theirs
        for fault, sentence in it.ours.items() if reason(fault)))
    yield from group("mended by tidy", ((fault, path, "") for path, it in found.items() for fault in it.mended))
    yield from group("refused by docxtpl and here", (
        (fault, path, sentence) for path, it in found.items() if it.theirs for fault, sentence in it.ours.items()))
    yield from group("refused by docxtpl only", (
        (it.theirs.partition(":")[0], path, it.theirs) for path, it in found.items() if it.theirs and not it.ours))
    yield from group("not rendered with made-up values", (
        (it.unrendered, path, "") for path, it in found.items() if it.unrendered))


def main(arguments: list[str]) -> int:
    folder = next((Path(it) for it in arguments if not it.startswith("-")), None)
    if folder is None or not folder.is_dir():
        sys.stderr.write("python make.py foreign FOLDER [--all]\n")
        return 2
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)
    found = outcomes(paths)
    for text in report(found, folder, len(paths) if "--all" in arguments else FEW):
        print(text)
    return int(any(it.faults or it.is_refused_wrongly for it in found.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
