"""Compiles a program that must not compile, and checks the first lines of the compiler's errors.

Comments of the program state what its author must learn from them:

  // EXPECT: fragment    of one line; there can be several, and there is at least one
  // HERE                at the end of a line: the compiler must name this line of the program
  // FLAGS: flags        that the program is compiled with, besides those of the build

Fragments name types without the namespaces of the instruction set and of the library's internals. The headers are
precompiled, except for a program that has flags or macros of its own.

Exit status 0 if the program is rejected and all of that is in the first LINES lines; else 1.

  run.py BUILD PROGRAM
"""

import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent.parent))
import precompiled
from compiler import Compiler

LINES = 25  # a terminal's height
NAMESPACE = re.compile(r"::isa_\w+|\b\w+_internal::")
TREE = Path(__file__).parent.parent.parent


def main(build, program):
    lines = Path(program).read_text().splitlines()
    expected = [m[1].strip() for line in lines if (m := re.match(r"// EXPECT: (.+)", line))]
    places = [
        f"{Path(program).name}:{number}:"
        for number, line in enumerate(lines, 1)
        if line.endswith("// HERE")
    ]
    if not expected:
        return f"{program} has no line // EXPECT: ..."

    compiler = Compiler(build)
    flags = [flag for line in lines if (m := re.match(r"// FLAGS: (.+)", line)) for flag in m[1].split()]
    if not flags and not any(line.startswith("#define") for line in lines):
        flags = precompiled.option(build, compiler, TREE, program)
    compiled = compiler.run(TREE, "-fsyntax-only", *flags, program)
    if compiled.returncode == 0:
        return f"{program} compiles, and it must not"
    head = NAMESPACE.sub("", "\n".join(compiled.stderr.splitlines()[:LINES]))
    missing = [f for f in expected + places if f not in head]
    if missing:
        wanted = "".join(f"  {fragment}\n" for fragment in missing)
        return f"not in the first {LINES} lines:\n{wanted}They are:\n{head}"
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
