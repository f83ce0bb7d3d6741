"""The compiler that meson uses, with the flags of the tests, for tests that compile."""

import json
import os
import shlex
import subprocess
from copy import copy
from pathlib import Path

CLANG = "clang++-16"

# Warnings that the build does not turn on, but users may.
USER_WARNINGS = ("-Wsign-conversion", "-Wnull-dereference", "-Wfloat-equal")

# The tests compile without optimisation, because that is faster.
SILENT = "-DRONDO_NO_OPTIMIZATION_NOTICE"


class Compiler:
    """Compiles as the build compiles tests/main.cpp, optionally with another tree's headers."""

    def __init__(self, build):
        """Reads compile_commands.json in the folder `build`."""
        commands = json.loads((Path(build) / "compile_commands.json").read_text())
        entry = next(c for c in commands if c["file"].endswith("tests/main.cpp"))
        self.flags = []
        words = iter(shlex.split(entry["command"]))
        for word in words:
            if word in ("-o", "-c", "-MQ", "-MF"):
                next(words)
            elif not word.startswith(("-I", "-MD", "-O")) and "color" not in word:
                self.flags.append(word)
        self.flags.append(SILENT)

    def as_clang(self):
        """Clang 16 with these flags, for programs that are not linked."""
        clang = copy(self)
        first = next(i for i, flag in enumerate(self.flags) if flag.startswith("-"))
        clang.flags = [CLANG, *(f for f in self.flags[first:] if not f.startswith("--param="))]
        return clang

    def run(self, tree, *arguments, text=None):
        """Runs the compiler with the headers of `tree`; the standard input is `text`. Unoptimised."""
        roots = [f"-I{Path(tree) / root}" for root in ("include", "dsl", "examples")]
        return subprocess.run(
            [*self.flags, *roots, *map(str, arguments)],
            input=text,
            capture_output=True,
            text=True,
            env={**os.environ, "LC_ALL": "C"},  # messages in English, with plain quotes
        )
