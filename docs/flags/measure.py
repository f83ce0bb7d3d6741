"""Prints the table of docs/install.md that says what compiler flags cost: microseconds for an epoch.

  measure.py [COMPILER]    by default g++
"""

import subprocess
import sys
import tempfile
from pathlib import Path

TREE = Path(__file__).resolve().parent.parent.parent
LEVELS = ("-Og", "-O1", "-O2", "-O3")
MACHINES = ("", "-march=x86-64-v3", "-march=native")


def measured(compiler, *flags):
    """Microseconds that an epoch takes."""
    with tempfile.TemporaryDirectory() as folder:
        command = [compiler, "-std=c++20", "-ffp-contract=fast", "-DRONDO_NO_OPTIMIZATION_NOTICE", *flags]
        command += [f"-I{TREE / root}" for root in ("include", "dsl")]
        subprocess.run([*command, TREE / "docs/flags/epoch.cpp", "-o", f"{folder}/epoch"], check=True)
        ended = subprocess.run([f"{folder}/epoch"], capture_output=True, text=True, check=True)
    return float(ended.stdout)


def main(compiler="g++"):
    heads = ["no `-march`", *(f"`{machine}`" for machine in MACHINES[1:])]
    print(f"| {compiler} | {' | '.join(heads)} |")
    print("|---|" + "---:|" * len(heads))
    for level in LEVELS:
        times = [measured(compiler, level, *machine.split()) for machine in MACHINES]
        print(f"| `{level}` | {' | '.join(f'{time:,.0f}' for time in times)} |", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
