"""Finds the cells of the gallery in their headers, so that a new cell needs only a new header.

  cells.py TREE OUT.cpp   writes the program that draws every cell (see print.hpp)

A cell is a struct whose step returns next{...}. Its states have the names of the step's arguments. For a
template whose parameters have no defaults, the gallery shows the instance in the example of its comment.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

STRUCT = re.compile(
    r"(?P<comment>(?:^///.*\n)*)(?:^template <(?P<parameters>.*)>\n)?"
    r"(?P<code>^struct (?P<name>\w+)[^;{]*\{\n[\s\S]*?^\};\n)",
    re.M,
)
STEP = re.compile(r"operator\(\)\((.*?)\)\s*const", re.S)


@dataclass
class Cell:
    """One cell: its name and type in C++, its header, its source, and the names of its states."""

    name: str
    type: str
    header: str
    code: str
    states: list


def without_angles(text):
    while "<" in text:
        text = re.sub(r"<[^<>]*>", "", text)
    return text


def example_of(name, header):
    """The instance of a template in the example of its comment, `model<...>`."""
    start = re.search(rf"^///.*\bmodel<({name}<)", header.read_text(), re.M)
    if not start:
        sys.exit(
            f"{header}: {name} has template parameters without defaults; the gallery needs an "
            f"example in its comment: model<{name}<...>> m{{...}};"
        )
    rest = start.string[start.end(1) :]
    depth = 1
    for end, c in enumerate(rest):
        depth += {"<": 1, ">": -1}.get(c, 0)
        if depth == 0:
            return start[1] + rest[: end + 1]
    sys.exit(f"{header}: unbalanced example of {name}")


def cells_of(tree):
    found = []
    for header in sorted((tree / "include/rondo/cell").glob("*.hpp")):
        for struct in STRUCT.finditer(header.read_text()):
            step = STEP.search(struct["code"])
            if not step or not re.search(r"return next\b|\.output\(", struct["code"]):
                continue  # a part of cells
            parameters = struct["parameters"]
            if parameters is None:
                kind = struct["name"]
            elif all("=" in p for p in without_angles(parameters).split(",")):
                kind = struct["name"] + "<>"
            else:
                kind = example_of(struct["name"], header)
            arguments = without_angles(step[1]).split(",")
            states = [] if "..." in step[1] else [a.split()[-1] for a in arguments[1:]]
            head = f"template <{parameters}>\n" if parameters else ""
            found.append(
                Cell(struct["name"], kind, f"rondo/cell/{header.name}", head + struct["code"], states)
            )
    if not found:
        sys.exit(f"no cell found in {tree}/include/rondo/cell")
    return found


def main(tree, out):
    cells = cells_of(Path(tree))
    text = "".join(f"#include <{h}>\n" for h in sorted({c.header for c in cells}))
    text += '\n#include "print.hpp"\n\nusing namespace rondo;\n\nint main(int, char** folder)\n{\n'
    for cell in cells:
        states = ", ".join(f'"{s}"' for s in cell.states)
        text += f'    print_cell<{cell.type}>(folder[1], "{cell.name}", {{{states}}});\n'
    if not Path(out).exists() or Path(out).read_text() != text + "}\n":
        Path(out).write_text(text + "}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
