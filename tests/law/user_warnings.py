"""Programs of a user who turns on more warnings are compiled without one.

The library's folders are ordinary include folders; only those of its dependencies are system headers. g++
optimises because it looks for null pointers only then. clang.py and two_units.py give each header these flags.
"""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

from compiler import CLANG, USER_WARNINGS

PROGRAMS = ("tests/bench/compiled/*.cpp", "tests/law/outside/*.cpp")

BROKEN = [
    ({"tests/law/outside/a.cpp": f"{code}\n"}, f"-Werror={warning}")
    for code, warning in [
        ("bool a(double x) { return x == 1; }", "float-equal"),
        ("unsigned a(int x) { return static_cast<unsigned>(x) + (x > 0 ? x : 1); }", "sign-conversion"),
        ("int a(int n) { int* const p = n < 3 ? &n : nullptr; return *p; }", "null-dereference"),
    ]
]


def breaches(tree, compiler):
    if shutil.which(CLANG) is None:
        return [f"{CLANG} is missing; .ci/packages lists it"]

    def complaint(program):
        runs = [
            compiler.run(tree, *USER_WARNINGS, "-Werror", "-O2", "-c", program, "-o", os.devnull),
            compiler.as_clang().run(tree, *USER_WARNINGS, "-Werror", "-fsyntax-only", program),
        ]
        return "".join(f"{program.relative_to(tree)}:\n{run.stderr}" for run in runs if run.returncode)

    programs = [program for pattern in PROGRAMS for program in sorted(tree.glob(pattern))]
    with ThreadPoolExecutor(cpu_count()) as pool:
        return list(filter(None, pool.map(complaint, programs)))
