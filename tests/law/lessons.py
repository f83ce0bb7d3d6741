"""The lessons in examples/ are short and numbered, and do what their first comments say.

A lesson is a file NN_NAME.cpp of at most 60 lines. Its first line says what it shows, and examples/run --list
prints that line without any tool of the build. Two lines of its first comment are commands that compile it. The
first is run unchanged; rondo.hpp is precompiled for all lessons before, which saves half of the time.
The output must be that of tests/lessons/NN_NAME.txt: words and whole numbers are equal, other numbers differ by
at most TOLERANCE, and a loss is at most LOSS_FACTOR times as large, because rounding depends on the processor.
"""

import os
import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest
from os import cpu_count
from pathlib import Path

MOST_LINES = 60
TOLERANCE = 0.05
LOSS_FACTOR = 3
LEAST_LOSS = 0.001  # a loss below counts as one of this size

COMMANDS = """\
// In the root of the tree, or here after installation:
//   g++ -std=c++20 -O2 -march=native -Iinclude -Idsl examples/{file} -o lesson && ./lesson
//   g++ -std=c++20 -O2 -march=native $(pkg-config --cflags rondo) {file} -o lesson && ./lesson
"""
TOOLS = "sh dirname find sed cut sort grep cat getconf".split()  # of a system without tools of the build

HEAD = "// A sum.\n//\n" + COMMANDS.format(file="01_a.cpp")
PRINT = '#include <cstdio>\nint main() { std::puts("%s"); }\n'
TEXT = "tests/lessons/01_a.txt"

BROKEN = [
    ({"examples/02_a.cpp": HEAD}, "examples/02_a.cpp: expected number 01"),
    ({"examples/a.cpp": HEAD}, "examples/a.cpp: expected a name like 01_lstm.cpp"),
    ({"examples/01_a.cpp": HEAD + "\n" * 56}, "examples/01_a.cpp has 61 lines"),
    ({"examples/01_a.cpp": "\n" + HEAD}, "examples/01_a.cpp: the first line is no sentence"),
    ({"examples/01_a.cpp": HEAD.replace("-O2", "-O1")}, "examples/01_a.cpp: expected the commands"),
    ({"examples/01_a.cpp": HEAD}, "there is no tests/lessons/01_a.txt"),
    ({TEXT: ""}, "tests/lessons/01_a.txt is of no lesson"),
    ({"examples/01_a.cpp": HEAD + "x", TEXT: ""}, "examples/01_a.cpp does not compile"),
    ({"examples/01_a.cpp": HEAD + PRINT % "sum 2", TEXT: "sum 3\n"}, "expected 'sum 3', found 'sum 2'"),
    ({"examples/01_a.cpp": HEAD + PRINT % "y 0.56", TEXT: "y 0.5\n"}, "expected 'y 0.5', found 'y 0.56'"),
    ({"examples/01_a.cpp": HEAD + PRINT % "loss 0.4", TEXT: "loss 0.1\n"}, "expected 'loss 0.1'"),
    ({"examples/01_a.cpp": HEAD + PRINT % "a", TEXT: "a\nb\n"}, "expected 'b', found ''"),
    ({"examples/01_a.cpp": HEAD + "int main() { return 1; }\n", TEXT: ""}, "examples/01_a.cpp ends with 1"),
    ({"examples/01_a.cpp": HEAD, "examples/run": "echo 01"}, "examples/run --list does not say 'A sum.'"),
    ({"examples/01_a.cpp": HEAD, "examples/run": "ninja"}, "examples/run --list fails"),
    ({"examples/run": "exit 0"}, "examples/run accepts a name that no example has"),
]  # fmt: skip


def command_of(name):
    """The command of a lesson in the tree."""
    return COMMANDS.format(file=name).splitlines()[1].removeprefix("//").strip()


def title_of(file):
    """The first line, without the slashes of its comment."""
    return file.read_text().partition("\n")[0].removeprefix("// ")


def breaches_of_form(tree, lessons):
    for position, file in enumerate(lessons, 1):
        path = file.relative_to(tree)
        text = file.read_text()
        if not re.fullmatch(r"\d\d_[a-z_]+\.cpp", file.name):
            yield f"{path}: expected a name like 01_lstm.cpp"
        elif int(file.name[:2]) != position:
            yield f"{path}: expected number {position:02}"
        if text.count("\n") > MOST_LINES:
            yield f"{path} has {text.count(chr(10))} lines; expected at most {MOST_LINES}"
        if not re.match(r"// \S.*[.:]\n", text):
            yield f"{path}: the first line is no sentence in a comment"
        if COMMANDS.format(file=file.name) not in text:
            yield f"{path}: expected the commands\n{COMMANDS.format(file=file.name)}"
        if not (tree / "tests/lessons" / (file.stem + ".txt")).exists():
            yield f"{path}: there is no tests/lessons/{file.stem}.txt with its output"
    for text in sorted((tree / "tests/lessons").glob("*")):
        if text.stem not in [file.stem for file in lessons]:
            yield f"{text.relative_to(tree)} is of no lesson"


def breaches_of_list(tree, lessons):
    """examples/run --list and a wrong name, where no tool of the build is installed."""
    with tempfile.TemporaryDirectory() as folder:
        for tool in TOOLS:
            (Path(folder) / tool).symlink_to(shutil.which(tool))

        def run(argument):
            return subprocess.run(
                [shutil.which("sh"), tree / "examples/run", argument],
                capture_output=True,
                text=True,
                env={"PATH": folder},
            )

        listed = run("--list")
        wrong = run("no_such_example")
    if listed.returncode != 0:
        yield f"examples/run --list fails:\n{listed.stderr}"
    programs = sorted((tree / "examples").glob("*/main.cpp"))
    for file, name in [(f, f.name[:2]) for f in lessons] + [(f, f.parent.name) for f in programs]:
        if not re.search(rf"^ *{name} .*{re.escape(title_of(file))}$", listed.stdout, re.M):
            yield f"examples/run --list does not say '{title_of(file)}' of {name}"
    if wrong.returncode == 0 or "no_such_example" not in wrong.stderr or listed.stdout not in wrong.stderr:
        yield f"examples/run accepts a name that no example has, or does not list the names:\n{wrong.stderr}"


def agrees(expected, found):
    """Whether two lines of output agree."""
    words, others = expected.split(), found.split()
    if len(words) != len(others):
        return False
    for before, word, other in zip([""] + words, words, others):
        if word == other:
            continue
        if not all(re.fullmatch(r"-?\d+\.\d+", w) for w in (word, other)):
            return False
        if before == "loss":
            if float(other) > LOSS_FACTOR * max(float(word), LEAST_LOSS):
                return False
        elif abs(float(word) - float(other)) > TOLERANCE:
            return False
    return True


def prepare(tree, folder, compiler):
    """A folder with the roots of the tree, and the environment in which g++ is the compiler of the tests."""
    (folder / "dsl").symlink_to(tree / "dsl")
    (folder / "examples").symlink_to(tree / "examples")
    (folder / "include/rondo").mkdir(parents=True)
    for entry in (tree / "include/rondo").glob("*"):
        (folder / "include/rondo" / entry.name).symlink_to(entry)
    first = next(i for i, flag in enumerate(compiler.flags) if flag.startswith("-"))
    (folder / "g++").write_text(f'#!/bin/sh\nexec {" ".join(compiler.flags[:first])} "$@"\n')
    (folder / "g++").chmod(0o755)
    paths = [f.removeprefix("-isystem") for f in compiler.flags if f.startswith("-isystem/")]
    env = {
        **os.environ,
        "PATH": f"{folder}:{os.environ['PATH']}",
        "CPLUS_INCLUDE_PATH": ":".join([*paths, os.environ.get("CPLUS_INCLUDE_PATH", "")]).rstrip(":"),
        "LC_ALL": "C",
    }
    header = "include/rondo/rondo.hpp"
    if (folder / header).exists():
        flags = command_of("").partition(" examples/")[0]
        precompile = f"{flags} -w -xc++-header {header} -o {header}.gch"
        subprocess.run(["sh", "-c", precompile], cwd=folder, env=env, check=True)
    return env


def breaches_of_run(tree, file, folder, env):
    path = file.relative_to(tree)
    own = folder / file.stem
    own.mkdir()
    for root in ("include", "dsl", "examples"):
        (own / root).symlink_to(folder / root)
    command = ["sh", "-c", command_of(file.name)]
    run = subprocess.run(command, cwd=own, env=env, capture_output=True, text=True)
    if not (own / "lesson").exists():
        return [f"{path} does not compile:\n{run.stderr}"]
    if run.returncode != 0:
        return [f"{path} ends with {run.returncode}:\n{run.stdout}{run.stderr}"]
    expected = (tree / "tests/lessons" / (file.stem + ".txt")).read_text().splitlines()
    pairs = zip_longest(expected, run.stdout.splitlines(), fillvalue="")
    return [f"{path}: expected '{e}', found '{f}'" for e, f in pairs if not agrees(e, f)]


def breaches(tree, compiler):
    lessons = sorted((tree / "examples").glob("*.cpp"))
    said = list(breaches_of_form(tree, lessons))
    if (tree / "examples/run").exists():
        said += breaches_of_list(tree, lessons)
    if said:
        return said
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(cpu_count()) as pool:
        folder = Path(name)
        env = prepare(tree, folder, compiler)
        return sum(pool.map(lambda file: breaches_of_run(tree, file, folder, env), lessons), [])
