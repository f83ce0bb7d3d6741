"""C++ is written as clang-format 16 writes it with .clang-format, to the byte.

  clang-format-16 -i FILE

brings a file there. Code on pages is for readers and is not formatted.
"""

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from os import cpu_count
from pathlib import Path

STYLE = Path(__file__).parent.parent.parent / ".clang-format"
TOOL = "clang-format-16"
FOLDERS = ("dsl", "include", "tests", "examples", "docs")

BROKEN = [
    ({"dsl/rondo/graph/a.hpp": "int  two_blanks;\n"}, "graph/a.hpp:1: "),
    ({"tests/unit/graph/a.cpp": "int one;\nint f() {\n    return 1;\n}\n"}, "graph/a.cpp:2: "),
    ({"examples/a/main.cpp": "int main()\n{\n    int i;\n  return i;\n}\n"}, "a/main.cpp:4: "),
    ({"docs/a.cpp": "int* a;\nint *b;\n"}, "docs/a.cpp:2: "),
]


def breaches(tree, _):
    if shutil.which(TOOL) is None:
        return [f"{TOOL} is missing; .ci/packages lists it"]
    files = [p for f in FOLDERS for s in ("hpp", "cpp") for p in sorted((tree / f).rglob(f"*.{s}"))]

    def difference(file):
        run = subprocess.run(
            [TOOL, f"--style=file:{STYLE}", file], capture_output=True, text=True, check=True
        )
        lines = zip_longest(file.read_text().splitlines(True), run.stdout.splitlines(True))
        for number, (line, wanted) in enumerate(lines, 1):
            if line != wanted:
                return f"{file.relative_to(tree)}:{number}: expected {wanted!r}, found {line!r}"

    with ThreadPoolExecutor(cpu_count()) as pool:
        return list(filter(None, pool.map(difference, files)))
