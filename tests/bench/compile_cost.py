"""Compile cost of programs with Rondo: seconds and megabytes.

Compiles the programs in compiled/ with each compiler that is installed, several times, in turn; on request
also trainers of cells of tests/papers, and of cells with many functions. Prints a line of JSON for each, and a
table.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import statistics
import subprocess
from pathlib import Path

HERE = Path(__file__).parent
TREE = HERE.parent.parent
TITLES = {
    "headers": "headers alone",
    "lstm_forward": "LSTM, forward",
    "lstm_trainer": "LSTM, trainer",
    "stack_trainer": "4 LSTMs, trainer",
}

# Programs that train a cell: one of a paper, or one with many nested functions.
PAPER = """#include "papers/{paper}.hpp"

#include <rondo/rondo.hpp>

using cell = rondo::papers::{cell};
"""
FUNCTIONS = """#include <rondo/rondo.hpp>

using namespace rondo;

struct cell {{
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    bias<hidden> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {{
        auto v = W * x + U * h + b;
        for (int i = 0; i < {count}; i += 4) {{
            v = exp(-sigmoid(sin(tanh(v)) + 0.5 * h));
        }}
        return next{{v}};
    }}
}};
"""
TRAINER = """
void step(rondo::model<cell>& m, rondo::inputs_of<cell, float> const& x, rondo::outputs_of<cell, float> const& dy)
{
    rondo::bptt run{m};
    rondo::sgd<float> descent{{.rate = 0.1}};
    run.forward(x);
    descent.update(m.parameters().flat(), run.backward(dy).parameters.flat());
}
"""


def text_of(program):
    """The text of a program that is not in compiled/."""
    kind, _, what = program.partition(":")
    if not what:
        return ""
    return (FUNCTIONS.format(count=what) if kind == "functions" else PAPER.format(paper=kind, cell=what)) + TRAINER


def title_of(program):
    """What a program is called in the table."""
    kind, _, what = program.partition(":")
    return TITLES.get(program) or (f"{what} functions" if kind == "functions" else what)


def compile_once(compiler, flags, program):
    """Processor seconds and megabytes of the largest process."""
    roots = [f"-I{TREE / root}" for root in ("include", "dsl", "tests")]
    text = text_of(program)
    source = ["-xc++", "-"] if text else [HERE / "compiled" / f"{program}.cpp"]
    command = [compiler, "-std=c++20", *flags, *roots, "-c", *source, "-o", os.devnull]
    process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, text=True)
    process.stdin.write(text)
    process.stdin.close()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{compiler} ended with {process.returncode} on {program}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def version(compiler):
    text = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout
    return re.search(r"\d+\.\d+\.\d+", text)[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repetitions", type=int, default=3, help="of which the median counts")
    parser.add_argument("--flags", default="-O2 -march=native -ffp-contract=fast")
    parser.add_argument("--compilers", nargs="+", default=["g++", "clang++-16"])
    parser.add_argument("--programs", nargs="*", choices=[*TITLES], default=[*TITLES])
    parser.add_argument("--papers", nargs="+", metavar="HEADER:CELL", default=[],
                        help="trainers of cells in tests/papers, such as mlstm:mlstm")
    parser.add_argument("--functions", nargs="+", type=int, metavar="COUNT", default=[],
                        help="trainers of cells with so many nested functions, a multiple of 4")
    parser.add_argument("--markdown", action="store_true", help="the table in Markdown")
    chosen = parser.parse_args()
    if any(count < 4 or count % 4 for count in chosen.functions):
        parser.error("--functions: expected positive multiples of 4")
    programs = [*chosen.programs, *chosen.papers, *(f"functions:{count}" for count in chosen.functions)]

    compilers = [c for c in chosen.compilers if shutil.which(c)]
    runs = {(program, compiler): [] for program in programs for compiler in compilers}
    for _ in range(chosen.repetitions):
        for (program, compiler), costs in runs.items():
            costs.append(compile_once(compiler, shlex.split(chosen.flags), program))
    medians = {key: [*map(statistics.median, zip(*costs))] for key, costs in runs.items()}
    for (program, compiler), (seconds, megabytes) in medians.items():
        line = {
            "program": program, "compiler": compiler, "version": version(compiler),
            "flags": chosen.flags, "repetitions": chosen.repetitions,
            "seconds": round(seconds, 2), "megabytes": round(megabytes),
        }  # fmt: skip
        print(json.dumps(line), flush=True)

    rows = [["program", *(f"{c} {version(c)}" for c in compilers)]]
    for program in programs:
        costs = [medians[program, c] for c in compilers]
        rows.append([title_of(program), *(f"{s:.1f} s, {mb:.0f} MB" for s, mb in costs)])
    widths = [max(map(len, column)) for column in zip(*rows)]
    bar = "| " if chosen.markdown else ""
    if chosen.markdown:
        rows.insert(1, ["-" * width for width in widths])
    for row in rows:
        cells = (text.ljust(width) for text, width in zip(row, widths))
        print(bar + (" | " if bar else "  ").join(cells) + bar[::-1])


if __name__ == "__main__":
    main()
