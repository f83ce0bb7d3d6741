"""Headers of the library that are precompiled once for all programs of this folder.

Reading the headers takes most of the time of a program that does not compile. They are precompiled in the build
folder by the program that needs them first, and again when a file that they include or the command has changed. A
program is given no header that it does not include, directly or not.
"""

import fcntl
import json
import os
import re
import time
from pathlib import Path

# From the largest to the smallest. A program uses the first that it includes.
HEADERS = (
    "rondo/rondo.hpp",
    "rondo/stack/stack.hpp",
    "rondo/run/bptt.hpp",
    "rondo/model/model.hpp",
    "rondo/pass/pipeline.hpp",
)
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)


def included(tree, program):
    """The files of the tree that a program includes, directly or not."""
    found = set()
    left = [Path(program)]
    while left:
        file = left.pop()
        for name in INCLUDE.findall(file.read_text()):
            places = [folder / name for folder in (file.parent, tree / "include", tree / "dsl")]
            if (there := next((p.resolve() for p in places if p.exists()), None)) and there not in found:
                found.add(there)
                left.append(there)
    return found


def is_current(made, command):
    """Whether a precompiled header was made by the command from the files as they are now."""
    stamp = Path(f"{made}.json")
    if not (made.exists() and stamp.exists()):
        return False
    written = json.loads(stamp.read_text())
    return written["command"] == command and all(
        Path(file).exists() and Path(file).stat().st_mtime_ns == at for file, at in written["times"].items()
    )


def make(compiler, tree, prefix, made):
    """Precompiles a file, and gives the times of the files that it includes: 0 for one that changed meanwhile."""
    begin = time.time_ns()
    dependencies = Path(f"{made}.d")
    unfinished = Path(f"{made}.unfinished")
    arguments = ("-xc++-header", prefix, "-MD", "-MF", dependencies, "-o", unfinished)
    compiler.run(tree, *arguments).check_returncode()
    files = re.split(r"(?<!\\)\s+", dependencies.read_text().replace("\\\n", " ").partition(": ")[2].strip())
    changed = {file: Path(file).stat().st_mtime_ns for file in (f.replace("\\ ", " ") for f in files)}
    unfinished.replace(made)
    return {file: at if at < begin else 0 for file, at in changed.items()}


def option(build, compiler, tree, program):
    """The option that gives a program the precompiled header, or none if it includes none of them."""
    files = included(tree, program)
    roots = [tree / "include", tree / "dsl"]
    header = next((h for h in HEADERS if any((r / h).resolve() in files for r in roots)), None)
    if header is None:
        return []
    folder = Path(build).resolve() / "tests/precompiled"
    folder.mkdir(parents=True, exist_ok=True)
    prefix = folder / header.replace("/", "_")
    made = Path(f"{prefix}.gch")
    command = [*compiler.flags, str(tree)]
    with open(f"{prefix}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not is_current(made, command):
            prefix.write_text(f"#include <{header}>\n")
            times = make(compiler, tree, prefix, made)
            stamp = {"command": command, "times": times}
            Path(f"{made}.json").write_text(json.dumps(stamp))
    return ["-include", prefix]
