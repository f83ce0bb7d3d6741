"""Two translation units that include every header link into one program.

A function that is defined in a header and not inline fails here.
"""

import tempfile
from pathlib import Path

BROKEN = [
    ({"dsl/rondo/graph/a.hpp": "#pragma once\nint twice() { return 2; }\n"}, "multiple definition"),
    ({"include/rondo/run/a.hpp": "#pragma once\nint counter = 0;\n"}, "multiple definition"),
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
        result = compiler.run(tree, "-Werror", one, two, "-o", Path(folder) / "both", "-ltbb")
    return [result.stderr] if result.returncode else []
