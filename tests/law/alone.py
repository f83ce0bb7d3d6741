"""Every header compiles alone, and twice in one file."""

from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

ROOTS = ("dsl", "include", "examples")
BROKEN = [
    ({"dsl/rondo/graph/a.hpp": "#pragma once\nstd::size_t n();\n"}, "graph/a.hpp"),
    ({"include/rondo/run/a.hpp": "struct a {};\n"}, "run/a.hpp"),
]


def breaches(tree, compiler):
    names = [
        header.relative_to(tree / root).as_posix()
        for root in ROOTS
        for header in sorted((tree / root).rglob("*.hpp"))
    ]

    def compile_alone(name):
        text = f"#include <{name}>\n" * 2
        result = compiler.run(tree, "-Werror", "-fsyntax-only", "-xc++", "-", text=text)
        return f"{name} does not compile alone:\n{result.stderr}" if result.returncode else None

    with ThreadPoolExecutor(cpu_count()) as pool:
        return list(filter(None, pool.map(compile_alone, names)))
