"""A file introduces one thing and has its name; nothing in it waits to be done.

At most 300 lines a header; no name that says nothing; macros only in a header called macros, and
all prefixed.
"""

import re

LINES = 300
EMPTY_NAMES = {"util", "utils", "common", "misc", "helper", "helpers"}
LEFT_OVER = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
MACRO = re.compile(r"^\s*#\s*define\s+(\w+)", re.MULTILINE)
FOLDERS = ("dsl", "include", "tests", "examples", "docs")
TEXT = {".hpp", ".cpp", ".py", ".sh", ".md", ".build", ""}

BROKEN = [
    ({"dsl/rondo/graph/a.hpp": "\n" * 301}, "301 lines"),
    ({"include/rondo/run/utils.hpp": ""}, "utils says nothing"),
    ({"include/rondo/helpers/a.hpp": ""}, "helpers says nothing"),
    ({"tests/unit/graph/a.cpp": "// TO" "DO: more\n"}, "left over"),
    ({"dsl/rondo/graph/a.hpp": "#define RONDO_A\n"}, "defines RONDO_A"),
    ({"include/rondo/macros.hpp": "#define INLINE\n"}, "defines INLINE"),
]


def breaches(tree, _):
    files = [p for f in FOLDERS for p in sorted((tree / f).rglob("*")) if p.is_file()]
    for file in files:
        path = file.relative_to(tree)
        for part in {*path.parts[:-1], path.stem} & EMPTY_NAMES:
            yield f"{path}: the name {part} says nothing"
        if file.suffix not in TEXT:
            continue
        text = file.read_text()
        if LEFT_OVER.search(text):
            yield f"{path}: left over: {LEFT_OVER.search(text)[0]}"
        if file.suffix == ".hpp" and text.count("\n") > LINES:
            yield f"{path} has {text.count(chr(10))} lines; look for the second thing in it"
        if path.parts[0] in ("dsl", "include"):
            for name in MACRO.findall(text):
                if file.stem != "macros" or not name.startswith("RONDO_"):
                    yield f"{path} defines {name}"
