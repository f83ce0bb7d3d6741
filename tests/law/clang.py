"""clang accepts each header alone and twice in one file, and the programs: version 16, without a warning.

Users may turn on more warnings, and find none in a header of the library; two_units.py gives all headers
these flags with g++. Whether a header includes what it needs is a property of the header, as both compilers
have the same standard library, so that only clang compiles each header alone. The programs are those that no
other check compiles with clang. No code is generated, which would take much longer.
"""

import shutil
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

from compiler import CLANG, USER_WARNINGS

ROOTS = ("dsl", "include", "examples")
PROGRAMS = ("examples/*/main.cpp", "tests/names/*.cpp")

BROKEN = [
    ({"dsl/rondo/graph/a.hpp": "#ifdef __clang__\n#error this one\n#endif\n"}, "this one"),
    ({"include/rondo/run/a.hpp": "int a = [](int i) { return [i] { return 1; }(); }(2);\n"}, "run/a.hpp"),
    ({"include/rondo/run/a.hpp": "#pragma once\ninline bool a(double x) { return x == 1; }\n"}, "float-equal"),
    ({"dsl/rondo/graph/a.hpp": "#pragma once\nstd::size_t n();\n"}, "graph/a.hpp"),
    ({"examples/a/a.hpp": "#pragma once\nstd::size_t n();\n"}, "a/a.hpp"),
    ({"include/rondo/run/a.hpp": "struct a {};\n"}, "redefinition of 'a'"),
    ({"examples/a/main.cpp": "int main() { return lost; }\n"}, "examples/a/main.cpp"),
    ({"tests/names/a.cpp": "int i = lost;\n"}, "tests/names/a.cpp"),
]


def breaches(tree, compiler):
    if shutil.which(CLANG) is None:
        return [f"{CLANG} is missing; .ci/packages lists it"]
    clang = compiler.as_clang()
    defined = '-DRONDO_SUNSPOTS="sunspots.csv"'  # by the build of one example
    flags = [f"-I{tree / 'tests'}", defined, "-Werror", "-fsyntax-only"]
    headers = [(root, h) for root in ROOTS for h in sorted((tree / root).rglob("*.hpp"))]
    programs = [("", program) for pattern in PROGRAMS for program in sorted(tree.glob(pattern))]

    def complaint(root_and_file):
        root, file = root_and_file
        if root:
            text = f"#include <{file.relative_to(tree / root).as_posix()}>\n" * 2
            warnings = () if root == "examples" else USER_WARNINGS
            result = clang.run(tree, *flags, *warnings, "-xc++", "-", text=text)
        else:
            result = clang.run(tree, *flags, file)
        return f"clang refuses {file.relative_to(tree)}:\n{result.stderr}" if result.returncode else None

    with ThreadPoolExecutor(cpu_count()) as pool:
        return list(filter(None, pool.map(complaint, [*programs, *headers])))
