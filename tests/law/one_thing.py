"""A file introduces one thing and has its name; nothing in it waits to be done.

At most 300 lines a header, and 60 a function, braces included; no name that says nothing; macros only in the
headers called macros and version, and all prefixed.
"""

import re

LINES = 300
FUNCTION_LINES = 60
EMPTY_NAMES = {"util", "utils", "common", "misc", "helper", "helpers"}
LEFT_OVER = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
MACRO_HEADERS = {"macros", "version"}
MACRO = re.compile(r"^\s*#\s*define\s+(\w+)", re.MULTILINE)
# As .clang-format has it, the brace of a function stands alone, and that of a lambda at the end of a line.
FUNCTION = re.compile(r"^(?P<indent> *)(\{|.*\[[^\[\]]*\][^;]* \{)\n", re.MULTILINE)
FOLDERS = ("dsl", "include", "tests", "examples", "docs")
TEXT = {".hpp", ".cpp", ".py", ".sh", ".md", ".build", ""}

BROKEN = [
    ({"dsl/rondo/graph/a.hpp": "\n" * 301}, "301 lines"),
    ({"dsl/rondo/graph/a.hpp": "void f()\n{\n" + "    g();\n" * 59 + "}\n"}, "a.hpp:2: a function of 61"),
    ({"dsl/rondo/graph/a.hpp": "auto f = [](int i) {\n" + "    g();\n" * 59 + "};\n"}, "of 61"),
    ({"include/rondo/run/utils.hpp": ""}, "utils says nothing"),
    ({"include/rondo/helpers/a.hpp": ""}, "helpers says nothing"),
    ({"tests/unit/graph/a.cpp": "// TO" "DO: more\n"}, "left over"),
    ({"dsl/rondo/graph/a.hpp": "#define RONDO_A\n"}, "defines RONDO_A"),
    ({"include/rondo/macros.hpp": "#define INLINE\n"}, "defines INLINE"),
]


def long_functions(text):
    """The line of each function that is too long, and how many lines it has."""
    for start in FUNCTION.finditer(text):
        end = re.compile(f"^{start['indent']}\\}}", re.MULTILINE).search(text, start.end())
        lines = text.count("\n", start.start(), end.start()) + 1 if end else 0
        if lines > FUNCTION_LINES:
            yield text.count("\n", 0, start.start()) + 1, lines


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
            for line, lines in long_functions(text):
                yield f"{path}:{line}: a function of {lines} lines; look for the second thing in it"
            for name in MACRO.findall(text):
                if file.stem not in MACRO_HEADERS or not name.startswith("RONDO_"):
                    yield f"{path} defines {name}"
