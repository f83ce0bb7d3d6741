"""clang accepts each header alone and twice in one file, and the programs: version 16, without a warning.

Users may turn on more warnings, and find none in a header of the library; two_units.py gives all headers
these flags with g++. Whether a header includes what it needs is a property of the header, as both compilers
have the same standard library, so that only clang compiles each header alone. The programs are those that no
other check compiles with clang. No code is generated, which would take much longer.

A header that many others include is precompiled for them, which takes half of the time. A header is
compiled after the largest precompiled one that it includes, directly or not, so it is given nothing that it
does not include.
"""

import re
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from pathlib import Path

from compiler import CLANG, USER_WARNINGS

ROOTS = ("dsl", "include", "examples")
PROGRAMS = ("examples/*/main.cpp", "tests/names/*.cpp")
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)
LIBRARY, STANDARD = 200_000, 20_000  # the bytes of code that stand for a library and for a standard header
PRECOMPILED = 12

BROKEN = [
    ({"dsl/rondo/graph/a.hpp": "#ifdef __clang__\n#error this one\n#endif\n"}, "this one"),
    ({"include/rondo/run/a.hpp": "int a = [](int i) { return [i] { return 1; }(); }(2);\n"}, "run/a.hpp"),
    ({"include/rondo/run/a.hpp": "#pragma once\ninline bool a(double x) { return x == 1; }\n"}, "float-equal"),
    ({"dsl/rondo/graph/a.hpp": "#pragma once\nstd::size_t n();\n"}, "graph/a.hpp"),
    ({"examples/a/a.hpp": "#pragma once\nstd::size_t n();\n"}, "a/a.hpp"),
    ({"include/rondo/run/a.hpp": "struct a {};\n"}, "redefinition of 'a'"),
    ({"examples/a/main.cpp": "int main() { return lost; }\n"}, "examples/a/main.cpp"),
    ({"tests/names/a.cpp": "int i = lost;\n"}, "tests/names/a.cpp"),
    (  # a header that lacks an include, where most others include a header that has it
        {f"dsl/rondo/graph/{i}.hpp": "#pragma once\n#include <rondo/graph/z.hpp>\n" for i in "abcdefg"}
        | {"dsl/rondo/graph/z.hpp": "#pragma once\n#include <vector>\n"}
        | {"dsl/rondo/graph/y.hpp": "#pragma once\ninline std::vector<int> y;\n"},
        "graph/y.hpp",
    ),
]


def weights(tree, headers):
    """The headers that each header includes, and the bytes of code of both together, by name."""
    texts = {name: (tree / root / name).read_text() for root, name in headers}
    named = {name: INCLUDE.findall(text) for name, text in texts.items()}
    all_of = {}

    def closure(name):
        if name not in all_of:
            all_of[name] = set()  # for a header that includes itself
            all_of[name] = {name}.union(*(closure(n) for n in named.get(name, ())))
        return all_of[name]

    weight = {}
    for name in texts:
        known = closure(name) & texts.keys()
        others = {n.partition("/")[0]: LIBRARY if "/" in n else STANDARD for n in closure(name) - known}
        weight[name] = sum(len(texts[n]) for n in known) + sum(others.values())
    return {name: all_of[name] - {name} for name in texts}, weight


def choose(included, weight):
    """The headers whose precompiling saves most, each with its weight."""
    chosen = {}
    saved = dict.fromkeys(included, 0)
    for _ in range(PRECOMPILED):
        gains = {
            hub: sum(max(0, weight[hub] - saved[n]) for n in included if hub in included[n]) - weight[hub]
            for hub in included
        }
        hub = max(gains, key=gains.get, default=None)
        if hub is None or gains[hub] <= 0:
            break
        chosen[hub] = weight[hub]
        for name in included:
            if hub in included[name]:
                saved[name] = max(saved[name], weight[hub])
    return chosen


def precompile(tree, clang, flags, headers, folder, pool):
    """Precompiles some headers, and gives a function from a header's name to the option that uses one."""
    included, weight = weights(tree, headers)
    chosen = choose(included, weight)
    files = {hub: folder / f"{number}.pch" for number, hub in enumerate(chosen)}

    def compile_one(hub):
        clang.run(tree, *flags, "-xc++-header", "-", "-o", files[hub], text=f"#include <{hub}>\n")

    list(pool.map(compile_one, chosen))  # one that is refused is refused again, and then reported

    def option(name):
        there = [hub for hub in chosen if hub in included[name] and files[hub].exists()]
        return ["-include-pch", files[max(there, key=chosen.get)]] if there else []

    return option


def breaches(tree, compiler):
    if shutil.which(CLANG) is None:
        return [f"{CLANG} is missing; .ci/packages lists it"]
    clang = compiler.as_clang()
    defined = '-DRONDO_SUNSPOTS="sunspots.csv"'  # by the build of one example
    flags = [f"-I{tree / 'tests'}", defined, "-Werror"]
    headers = [
        (root, h.relative_to(tree / root).as_posix())
        for root in ROOTS
        for h in sorted((tree / root).rglob("*.hpp"))
    ]
    programs = [("", program) for pattern in PROGRAMS for program in sorted(tree.glob(pattern))]

    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(cpu_count()) as pool:
        option = precompile(tree, clang, flags, headers, Path(folder), pool)

        def complaint(root_and_file):
            root, file = root_and_file
            if root:
                text = f"#include <{file}>\n" * 2
                warnings = () if root == "examples" else USER_WARNINGS
                arguments = [*option(file), *warnings, "-xc++", "-"]
                file = tree / root / file
            else:
                text, arguments = None, [file]
            result = clang.run(tree, *flags, "-fsyntax-only", *arguments, text=text)
            return f"clang refuses {file.relative_to(tree)}:\n{result.stderr}" if result.returncode else None

        return list(filter(None, pool.map(complaint, [*programs, *headers])))
