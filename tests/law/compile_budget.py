"""A program that trains an LSTM compiles to no more than the budget.

Compile times are noisy, the size of the object file is not: bytes of code; bytes of constants, which grow by a whole
graph when its nodes are read at run time; symbols, and bytes of their names, which grow when a graph is passed to a
template by value. compile_budget.json has a budget for
each compiler; a tenth more is allowed. To accept a larger size, write a new budget with

  python3 tests/law/compile_budget.py BUILD
"""

import copy
import json
import platform
import re
import subprocess
import sys
import tempfile
from collections import Counter
from functools import lru_cache
from pathlib import Path

TREE = Path(__file__).parent.parent.parent
BUDGETS = "tests/law/compile_budget.json"
PROGRAM = "tests/bench/compiled/lstm_trainer.cpp"
FLAGS = ("-O2", "-march=x86-64-v3")
SLACK = 1.1
SHOWN = 12

LITTLE = {"code bytes": 1000, "constant bytes": 1000, "symbols": 10, "name bytes": 1000, "functions": {}}
CONSTANTS = (".rodata", ".data.rel.ro")
BROKEN = [
    ({BUDGETS: json.dumps({"any": LITTLE})}, "code bytes: "),
    ({BUDGETS: json.dumps({"any": LITTLE})}, "constant bytes: "),
]


def plain(name):
    """A demangled name without template arguments, function parameters and type."""
    if name.startswith("_Z"):
        return name.split("I", 1)[0]  # one that nm cannot read
    name = re.sub(r"operator\s*(\(\)|<=>|<<|>>|->|[<>])", "operator", name)
    before = None
    while before != name:
        before = name
        name = re.sub(r"<[^<>]*>|\([^()]*\)", "", name)
    name = re.sub(r"\{lambda#\d+\}", "lambda", name)
    words = re.sub(r"\[.*|\s(const|noexcept)\b.*", "", name).split()
    return next((w for w in words if "::" in w), words[-1] if words else name)


@lru_cache
def spent(tree, flags):
    """The sizes of the program's object file with the headers of a tree."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "trainer.o"
        command = [*flags, f"-I{tree / 'include'}", f"-I{tree / 'dsl'}", *FLAGS]
        subprocess.run([*command, "-c", TREE / PROGRAM, "-o", made], check=True)

        def lines(*words):
            run = subprocess.run([*words, made], capture_output=True, text=True, check=True)
            return [line.split(maxsplit=3) for line in run.stdout.splitlines()]

        symbols = lines("nm", "--defined-only", "-P")
        functions = Counter()
        for entry in lines("nm", "--defined-only", "-C", "-S"):
            if len(entry) == 4 and entry[2] in "tTwW":
                functions[plain(entry[3])] += int(entry[1], 16)
        constants = sum(int(entry[1]) for entry in lines("size", "-A") if entry and entry[0].startswith(CONSTANTS))
    return {
        "code bytes": functions.total(),
        "constant bytes": constants,
        "symbols": len(symbols),
        "name bytes": sum(len(entry[0]) for entry in symbols),
        "functions": dict(functions.most_common()),
    }


def compiler_of(flags):
    """Its name and major version: others inline differently."""
    macros = subprocess.run(
        [*flags, "-dM", "-E", "-xc++", "/dev/null"], capture_output=True, text=True, check=True
    ).stdout
    value = dict(re.findall(r"#define (__clang_major__|__GNUC__) (\d+)", macros))
    clang = value.get("__clang_major__")
    return f"clang {clang}" if clang else f"g++ {value['__GNUC__']}"


def flags_of(compiler):
    """The build's command without the flags that select the processor."""
    return tuple(f for f in compiler.flags if not f.startswith(("-march", "-g", "-fsanitize")))


def breaches(tree, compiler):
    flags = flags_of(compiler)
    budgets = json.loads((tree / BUDGETS).read_text())
    budget = budgets.get(compiler_of(flags), budgets.get("any"))
    if budget is None or platform.machine() != "x86_64":
        return
    now = spent(tree if (tree / "include").exists() else TREE, flags)
    over = [key for key in LITTLE if key != "functions" and now[key] > SLACK * budget[key]]
    for key in over:
        yield f"{key}: {now[key]}, and the budget is {budget[key]}"
    if over:
        grown = {f: n - budget["functions"].get(f, 0) for f, n in now["functions"].items()}
        for function, more in sorted(grown.items(), key=lambda entry: -entry[1])[:SHOWN]:
            if more > 0:
                yield f"  {more} bytes more in {function}"


def write(build):
    sys.path.insert(0, str(TREE / "tests"))
    from compiler import Compiler

    flags = flags_of(Compiler(build))
    path = TREE / BUDGETS
    budgets = json.loads(path.read_text()) if path.exists() else {}
    budgets[compiler_of(flags)] = spent(TREE, flags)
    path.write_text(json.dumps(budgets, indent=1) + "\n")


if __name__ == "__main__":
    write(*sys.argv[1:])
