"""Every header compiles alone, and twice in one file; a header of the library also with a user's warnings."""

from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

from compiler import USER_WARNINGS

ROOTS = ("dsl", "include", "examples")
BROKEN = [
    ({"dsl/rondo/graph/a.hpp": "#pragma once\nstd::size_t n();\n"}, "graph/a.hpp"),
    ({"include/rondo/run/a.hpp": "struct a {};\n"}, "run/a.hpp"),
    ({"include/rondo/run/a.hpp": "#pragma once\ninline bool a(double x) { return x == 1; }\n"}, "float-equal"),
]


def breaches(tree, compiler):
    headers = [
        (root, header.relative_to(tree / root).as_posix())
        for root in ROOTS
        for header in sorted((tree / root).rglob("*.hpp"))
    ]

    def compile_alone(header):
        root, name = header
        warnings = () if root == "examples" else USER_WARNINGS
        text = f"#include <{name}>\n" * 2
        result = compiler.run(tree, "-Werror", *warnings, "-fsyntax-only", "-xc++", "-", text=text)
        return f"{name} does not compile alone:\n{result.stderr}" if result.returncode else None

    with ThreadPoolExecutor(cpu_count()) as pool:
        return list(filter(None, pool.map(compile_alone, headers)))
