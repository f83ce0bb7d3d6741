#!/usr/bin/env python3
"""Writes the library as one header, which needs no other file but its dependencies.

  flatten.py TREE OUT [HEADER ...]

HEADER is a path such as rondo/io/safetensors.hpp, by default rondo/rondo.hpp. The text of a header replaces the
first include of it. Includes of other libraries move to the top, unless they stand between directives, which choose
among versions of a dependency or silence its warnings.
"""

import re
import sys
from pathlib import Path

ROOTS = ("include", "dsl")
INCLUDE = re.compile(r"\s*#\s*include\s*[<\"]([^>\"]+)[>\"]")
OPENS = re.compile(r"\s*#\s*(if|ifdef|ifndef|pragma GCC diagnostic push)\b")
CLOSES = re.compile(r"\s*#\s*(endif|pragma GCC diagnostic pop)\b")
VERSION = re.compile(r'#define RONDO_VERSION_STRING "(.*)"')

HEAD = """// Rondo {version} in one file: recurrent cells written as equations, compiled.
//
// It needs C++20, Boost.Hana 1.81, xsimd 8.1 and xtensor 0.24, or later versions:
//
//   g++ -std=c++20 -O2 -march=native -ffp-contract=fast program.cpp
//
// Made of {count} headers of the repository by .ci/flatten.py; edit those.
//
{licence}
#ifdef RONDO_ISA
#ifndef RONDO_SINGLE_HEADER
#error "rondo: the library in one file: expected no other header of Rondo; found one before it"
#endif
#endif

#ifndef RONDO_SINGLE_HEADER
#define RONDO_SINGLE_HEADER

{includes}
"""


class Flattener:
    """Appends headers to `text`, after those that they include; `includes` is what moves to the top."""

    def __init__(self, tree):
        self.tree = tree
        self.includes = set()
        self.seen = set()
        self.text = []

    def path_of(self, name):
        found = [self.tree / root / name for root in ROOTS if (self.tree / root / name).exists()]
        if not found:
            raise ValueError(f"rondo: {name}: expected a header in {' or '.join(ROOTS)}; found none")
        return found[0]

    def add(self, name):
        if name in self.seen:
            return
        self.seen.add(name)
        lines = []
        depth = 0
        for line in self.path_of(name).read_text().splitlines():
            depth += bool(OPENS.match(line)) - bool(CLOSES.match(line))
            match = INCLUDE.match(line)
            if match and match[1].startswith("rondo/"):
                if depth:
                    raise ValueError(f"rondo: {name}: expected no condition around {line}; found one")
                self.add(match[1])
            elif match and not depth and line.endswith(">"):
                self.includes.add(match[1])
            elif line.strip() != "#pragma once":
                lines.append(line)
        self.text.append(f"// ---- {name}\n" + "\n".join(lines).strip("\n") + "\n")


def flattened(tree, names):
    """The text of the header."""
    flattener = Flattener(tree)
    for name in names:
        flattener.add(name)
    version = VERSION.search(flattener.path_of("rondo/version.hpp").read_text())[1]
    licence = (tree / "LICENSE").read_text()
    head = HEAD.format(
        version=version,
        count=len(flattener.seen),
        licence="".join(f"// {line}".rstrip() + "\n" for line in licence.splitlines()),
        includes="".join(f"#include <{name}>\n" for name in sorted(flattener.includes)),
    )
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(flattener.text))
    return f"{head}{body}\n#endif  // RONDO_SINGLE_HEADER\n"


if __name__ == "__main__":
    tree, out, *names = sys.argv[1:]
    Path(out).write_text(flattened(Path(tree), names or ["rondo/rondo.hpp"]))
