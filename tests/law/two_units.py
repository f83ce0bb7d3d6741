"""Two translation units that include every header link into one program, without a warning.

A function that is defined in a header and not inline fails here. The warnings include those that users may
turn on; clang.py turns them on for each header alone.
"""

import tempfile
from pathlib import Path

from compiler import USER_WARNINGS

BROKEN = [
    ({"dsl/rondo/graph/a.hpp": "#pragma once\nint twice() { return 2; }\n"}, "multiple definition"),
    ({"include/rondo/run/a.hpp": "#pragma once\nint counter = 0;\n"}, "multiple definition"),
    ({"include/rondo/run/a.hpp": "#pragma once\ninline bool a(double x) { return x == 1; }\n"}, "float-equal"),
]


def breaches(tree, compiler):
    includes = "".join(
        f"#include <{header.relative_to(tree / root).as_posix()}>\n"
        for root in ("dsl", "include")
        for header in sorted((tree / root).rglob("*.hpp"))
    )
    with tempfile.TemporaryDirectory() as folder:
        one, two = Path(folder) / "one.cpp", Path(folder) / "two.cpp"
        one.write_text(includes)
        two.write_text(includes + "int main() {}\n")
        result = compiler.run(tree, "-Werror", *USER_WARNINGS, one, two, "-o", Path(folder) / "both", "-ltbb")
    return [result.stderr] if result.returncode else []
