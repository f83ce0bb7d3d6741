"""clang accepts the library, the programs and some of the tests: version 16, without a warning.

Each header is compiled alone, then the examples, the programs whose compilation is measured, and the
tests that together use most of the library. No code is generated, which would take much longer.
"""

import shutil
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from os import cpu_count

CLANG = "clang++-16"
ROOTS = ("dsl", "include")
PROGRAMS = (
    "examples/*/main.cpp",
    "tests/bench/compiled/*.cpp",
    "tests/names/*.cpp",
    "tests/unit/kernel/functions.cpp",
    "tests/unit/io/safetensors.cpp",
    "tests/unit/stack/stack.cpp",
)

BROKEN = [
    ({"dsl/rondo/graph/a.hpp": "#ifdef __clang__\n#error this one\n#endif\n"}, "this one"),
    ({"include/rondo/run/a.hpp": "int a = [](int i) { return [i] { return 1; }(); }(2);\n"}, "run/a.hpp"),
    ({"examples/a/main.cpp": "int main() { return lost; }\n"}, "examples/a/main.cpp"),
    ({"tests/names/a.cpp": "int i = lost;\n"}, "tests/names/a.cpp"),
]


def breaches(tree, compiler):
    if shutil.which(CLANG) is None:
        return [f"{CLANG} is missing; .ci/packages lists it"]
    clang = copy(compiler)
    first = next(i for i, flag in enumerate(compiler.flags) if flag.startswith("-"))
    defined = '-DRONDO_SUNSPOTS="sunspots.csv"'  # by the build of one example
    clang.flags = [CLANG, *compiler.flags[first:], f"-I{tree / 'tests'}", defined, "-Werror", "-fsyntax-only"]
    headers = [h.relative_to(tree / root) for root in ROOTS for h in sorted((tree / root).rglob("*.hpp"))]
    programs = [program for pattern in PROGRAMS for program in sorted(tree.glob(pattern))]

    def complaint(file):
        text = "" if file.is_absolute() else f"#include <{file.as_posix()}>\n"
        result = clang.run(tree, "-xc++", file if file.is_absolute() else "-", text=text)
        name = file.relative_to(tree) if file.is_absolute() else file
        return f"clang refuses {name}:\n{result.stderr}" if result.returncode else None

    with ThreadPoolExecutor(cpu_count()) as pool:
        return list(filter(None, pool.map(complaint, [*programs, *headers])))
