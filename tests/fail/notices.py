"""Shows that run.py, which reads the errors of the programs here, detects violations.

  notices.py BUILD
"""

import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import run

PROGRAMS = [  # a program, and what run.py must say of it
    ("// EXPECT: small\nint main() {}\n", "compiles, and it must not"),
    ('// EXPECT: large\nstatic_assert(sizeof(int) == 1, "small");\n', "  large\n"),
    ('// EXPECT: small\nint i;  // HERE\nstatic_assert(!sizeof i, "small");\n', ":2:\n"),
    ("// EXPECT: no_such_name\n" + "int i = no;\n" * 30 + "no_such_name i;\n", "no_such_name"),
    ('static_assert(sizeof(int) == 1, "small");\n', "has no line // EXPECT"),
    ('// EXPECT: small\nstatic_assert(sizeof(int) == 1, "small");  // HERE\n', None),
]


def main(build):
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, (text, expected) in enumerate(PROGRAMS):
            program = Path(folder) / f"program_{number}.cpp"
            program.write_text(text)
            said = run.main(build, program)
            if said is not expected if expected is None else expected not in (said or ""):
                print(f"expected '{expected}', found '{said}', for\n{text}")
                failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
