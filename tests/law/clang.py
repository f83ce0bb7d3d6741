"""clang accepts the library, the programs and some of the tests: version 16, without a warning.

Users may turn on more warnings, and find none in a header.
Each header is compiled alone, then the examples, the programs whose compilation is measured, and the
tests that together use most of the library. No code is generated, which would take much longer.
"""

import shutil
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

from compiler import CLANG, USER_WARNINGS

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
    ({"include/rondo/run/a.hpp": "inline bool a(double x) { return x == 1; }\n"}, "float-equal"),
    ({"examples/a/main.cpp": "int main() { return lost; }\n"}, "examples/a/main.cpp"),
    ({"tests/names/a.cpp": "int i = lost;\n"}, "tests/names/a.cpp"),
]


def breaches(tree, compiler):
    if shutil.which(CLANG) is None:
        return [f"{CLANG} is missing; .ci/packages lists it"]
    clang = compiler.as_clang()
    defined = '-DRONDO_SUNSPOTS="sunspots.csv"'  # by the build of one example
    flags = [f"-I{tree / 'tests'}", defined, "-Werror", "-fsyntax-only"]
    headers = [h.relative_to(tree / root) for root in ROOTS for h in sorted((tree / root).rglob("*.hpp"))]
    programs = [program for pattern in PROGRAMS for program in sorted(tree.glob(pattern))]

    def complaint(file):
        if file.is_absolute():
            name = file.relative_to(tree)
            result = clang.run(tree, *flags, file)
        else:
            name = file
            text = f"#include <{file.as_posix()}>\n"
            result = clang.run(tree, *flags, *USER_WARNINGS, "-xc++", "-", text=text)
        return f"clang refuses {name}:\n{result.stderr}" if result.returncode else None

    with ThreadPoolExecutor(cpu_count()) as pool:
        return list(filter(None, pool.map(complaint, [*programs, *headers])))
