"""The library in one header is the library: .ci/flatten.py changes the places of includes only.

After the preprocessor, the code from the header is that of the headers, token by token. A program compiles with
the one header and no other of the tree, without a warning of g++ or clang. docs/install.md shows how it is made;
install_page.py builds and runs that program.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from compiler import CLANG, SILENT

ROOT = Path(__file__).parent.parent.parent
PROGRAM = ROOT / "tests/law/outside/main.cpp"
sys.path.insert(0, str(ROOT / ".ci"))
from flatten import flattened

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror"]
LINE = re.compile(r'# \d+ "(.*?)"')

VERSION = "#pragma once\n#define RONDO_VERSION_STRING \"1.2.3\"\n"
SMALL = {"LICENSE": "A licence.\n", "include/rondo/version.hpp": VERSION}
HEAD = "#pragma once\n#include <rondo/version.hpp>\n"
PARTS = "#include <rondo/part.hpp>\n"

BROKEN = [
    ({**SMALL, "include/rondo/rondo.hpp": text, "dsl/rondo/part.hpp": part}, fragment)
    for text, part, fragment in [
        (HEAD + PARTS * 2, "int part();\n", "expected 'int part ( ) ;', found ''"),
        (HEAD + "int a;\n" + PARTS, "int b;\n", "expected 'a ; int b ;', found 'b ; int a ;'"),
        (HEAD + '#include "part.hpp"\n', "", "part.hpp: No such file"),
        (HEAD + f"#if 1\n{PARTS}#endif\n", "", "expected no condition"),
        (HEAD + "inline int f(int n) { return 1; }\n", "", f"{CLANG} refuses"),
        (HEAD + "inline int f(int n) { return 1; }\n", "", "unused parameter"),
        (HEAD + "#include <rondo/lost.hpp>\n", "", "rondo/lost.hpp"),
    ]
]  # fmt: skip


def code_from(compiler, folders, files):
    """The tokens that come from the files of a folder, after the preprocessor. Assertions contain file names."""
    command = [*compiler.flags, SILENT, "-DNDEBUG", *(f"-I{folder}" for folder in folders), "-E", "-xc++", "-"]
    ended = subprocess.run(command, input="#include <rondo/rondo.hpp>\n", capture_output=True, text=True)
    lines, ours = [], False
    for line in ended.stdout.splitlines():
        if match := LINE.match(line):
            ours = match[1].startswith(files)
        elif ours:
            lines += re.findall(r"\w+|[^\w\s]", line)
    return lines


def breaches(tree, compiler):
    if shutil.which(CLANG) is None:
        yield f"{CLANG} is missing; .ci/packages lists it"
        return
    try:
        text = flattened(tree, ["rondo/rondo.hpp"])
    except ValueError as error:
        yield str(error)
        return
    with tempfile.TemporaryDirectory() as name:
        header = Path(name, "rondo/rondo.hpp")
        header.parent.mkdir()
        header.write_text(text)
        roots = [tree / "include", tree / "dsl"]
        apart = code_from(compiler, roots, tuple(map(str, roots)))
        whole = code_from(compiler, [name], (name,))
        if apart != whole:
            i = next((i for i, (a, b) in enumerate(zip(apart, whole)) if a != b), min(len(apart), len(whole)))
            yield f"token {i}: expected {' '.join(apart[i : i + 9])!r}, found {' '.join(whole[i : i + 9])!r}"
        program = PROGRAM.read_text() if (tree / "tests").exists() else "#include <rondo/rondo.hpp>\n"
        first = next(i for i, flag in enumerate(compiler.flags) if flag.startswith("-"))
        for command in [compiler.flags[:first], [CLANG]]:
            ended = subprocess.run(
                [*command, "-std=c++20", SILENT, *WARNINGS, f"-I{name}", "-fsyntax-only", "-xc++", "-"],
                input=program,
                capture_output=True,
                text=True,
            )
            if ended.returncode:
                yield f"{' '.join(command)} refuses the library in one header:\n{ended.stderr}"
