"""A program that is compiled without optimisation gets one notice, with g++ and with clang.

It appears if the library is a system header too, and is no error with -Werror. With optimisation, and where the
program silences it, there is none.
"""

import shutil
import subprocess
from itertools import product
from pathlib import Path

from compiler import CLANG, SILENT

HEADER = "include/rondo/optimization_notice.hpp"
WHOLE = "include/rondo/rondo.hpp"
TEXT = "rondo: without -O2 runs are hundreds of times slower"
REAL = (Path(__file__).parent.parent.parent / HEADER).read_text()
INCLUDING = "#include <rondo/optimization_notice.hpp>\n"

BROKEN = [
    ({WHOLE: "\n", HEADER: REAL}, f"{WHOLE} does not include it"),
] + [
    ({WHOLE: INCLUDING, HEADER: text}, fragment)
    for text, fragment in [
        (REAL.replace("#pragma once", "", 1), "2 notices"),
        (REAL.replace("#ifdef __clang__", "#if 0"), f"{CLANG} -isystem -O0: expected 1, found 0"),
        (REAL.replace("#ifdef __clang__", "#if 1"), "ends with 1"),
        (REAL.replace("diagnostic warning", "diagnostic pop //"), f"{CLANG} -I -O0 -Werror -Wpedantic ends with 1"),
        (REAL.replace("!defined(__OPTIMIZE__)", "1"), "-O1: expected 0, found 1"),
        (REAL.replace("!defined(RONDO_NO_OPTIMIZATION_NOTICE)", "1"), f"{SILENT}: expected 0, found 1"),
    ]
]  # fmt: skip


def breaches(tree, compiler):
    if shutil.which(CLANG) is None:
        yield f"{CLANG} is missing; .ci/packages lists it"
        return
    if INCLUDING not in (tree / WHOLE).read_text():
        yield f"{WHOLE} does not include it"
    first = next(i for i, flag in enumerate(compiler.flags) if flag.startswith("-"))
    options = {
        "-O0": 1, "-O0 -Werror -Wpedantic": 1, "-O1": 0, "-Og": 0, "-O2 -Werror -Wpedantic": 0, f"-O0 {SILENT}": 0,
    }  # fmt: skip
    for command, folder, (flags, expected) in product(
        [compiler.flags[:first], [CLANG]], ["-I", "-isystem"], options.items()
    ):
        case = f"{' '.join(command)} {folder} {flags}"
        roots = [folder + str(tree / root) for root in ("include", "dsl")]
        ended = subprocess.run(
            [*command, "-std=c++20", *roots, *flags.split(), "-fsyntax-only", "-xc++", "-"],
            input=INCLUDING * 2 + "int main() {}\n",
            capture_output=True,
            text=True,
        )
        if ended.returncode:
            yield f"{case} ends with {ended.returncode}:\n{ended.stderr}"
        # The compiler also shows the line of the header.
        found = sum(TEXT in line and line.startswith(str(tree)) for line in ended.stderr.splitlines())
        if found != expected:
            yield f"{case}: expected {expected}, found {found} notices:\n{ended.stderr}"
