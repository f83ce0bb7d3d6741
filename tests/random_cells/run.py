"""Checks random cells: writes one from each seed, compiles it, and runs its checks.

  run.py BUILD FIRST [LAST] [--part PART] [--clang] [--jobs N] [--keep FOLDER] [FLAG ...]

BUILD is a folder that meson has configured; its compiler and flags are used, or clang 16 with them, without
optimisation. FLAG is one more, such as -O1, which compiles the kernels as users do, or -march=x86-64-v2. Every seed
from FIRST to LAST is a cell. cell_source.py says what a cell can be, check_cell.hpp what is checked. The parts
in_float, with_resets, with_tangents, of_fixed_sizes and watched compile the cell once more in another way. Each seed
takes one of them in turn unless --part names them, which may be repeated. With --keep the programs stay in FOLDER.

The suite runs one seed with one part and -O2, because a cell takes a minute to compile.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent.parent))
from compiler import Compiler

from cell_source import PARTS, program

TREE = Path(__file__).parent.parent.parent
COUNTS = re.compile(r"(\d+) comparisons of (\d+) numbers, (\d+) failed, (\d+) skipped")


def precompile(compiler, folder, flags):
    """Compiles the headers once for all cells. Returns the flags to use them."""
    prefix = folder / "prefix.hpp"
    prefix.write_text('#include "random_cells/check_cell.hpp"\n')
    inside = [*flags, f"-I{TREE / 'tests'}"]
    if compiler.run(TREE, *inside, "-xc++-header", prefix, "-o", f"{prefix}.gch").returncode:
        return flags
    return [*flags, "-include", prefix]


def check(compiler, seed, parts, folder, flags):
    """The output of the checks of one seed, and whether they passed."""
    source = folder / f"cell_{seed}.cpp"
    source.write_text(program(seed, parts or [PARTS[seed % len(PARTS)]]))
    built = folder / f"cell_{seed}"
    compiled = compiler.run(TREE, *flags, f"-I{TREE / 'tests'}", source, "-o", built, "-lpthread")
    if compiled.returncode:
        return compiled.stderr[:4000], False
    ran = subprocess.run([built], capture_output=True, text=True)
    built.unlink()
    return ran.stdout + ran.stderr, ran.returncode == 0


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("build")
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int, nargs="?")
    parser.add_argument("--part", action="append", choices=PARTS)
    parser.add_argument("--clang", action="store_true")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    options, flags = parser.parse_known_args()
    compiler = Compiler(options.build)
    if options.clang:
        compiler = compiler.as_clang()
    seeds = range(options.first, (options.last or options.first) + 1)
    totals, failed = [0, 0, 0, 0], []
    with tempfile.TemporaryDirectory() as name, ThreadPoolExecutor(options.jobs) as pool:
        folder = options.keep or Path(name)
        folder.mkdir(exist_ok=True)
        if len(seeds) > 2:
            flags = precompile(compiler, folder, flags)
        for seed, (text, passed) in zip(seeds, pool.map(lambda s: check(compiler, s, options.part, folder, flags), seeds)):
            print(f"seed {seed}: {'passed' if passed else 'FAILED'}\n{text}", flush=True)
            failed += [] if passed else [seed]
            if counts := COUNTS.search(text):
                totals = [a + int(b) for a, b in zip(totals, counts.groups())]
    print(f"{len(seeds)} cells, {totals[0]} comparisons of {totals[1]} numbers, {totals[2]} failed, "
          f"{totals[3]} checks skipped; seeds with a failure: {failed or 'none'}")  # fmt: skip
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
