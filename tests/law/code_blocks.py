"""The C++ in the README and the pages of docs/ compiles, and where it is a program it runs.

A block that defines main() is a program and must end with success. Any other block takes the place
of the line "// block" of docs/blocks/cells.cpp and is compiled; there, blocks are declarations. In
docs/blocks/main.cpp they are statements of a main(), and declarations that they need take the place
of its line "// declarations". Comments before a block, which no reader sees, say what is meant:

  <!-- in: FILE -->          put it into docs/blocks/FILE instead
  <!-- as: NAME -->          later blocks of the page can refer to it
  <!-- after: NAME, ... -->  the blocks of these names stand before it, and are tested with it
  <!-- dies with: TEXT -->   it must not compile, and the compiler says TEXT
  <!-- prints -->            before a block that is not C++: what the block of C++ above prints
  <!-- file: NAME -->        it is a file of a program that instruction_sets.py builds; not tested here
"""

import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from os import cpu_count
from pathlib import Path

BLOCK = re.compile(
    r"^(?P<notes>(?:<!-- .*? -->\n+)*)```(?P<language>\w*)\n(?P<code>.*?)^```$", re.M | re.S
)
NOTE = re.compile(r"<!-- (in|as|after|dies with|prints|file)(?:: (.*?))? -->")
MAIN = "int main()"

BROKEN = [
    ({"README.md": f"```cpp\n{code}```\n{after}"}, fragment)
    for code, after, fragment in [
        (MAIN + " { return x; }\n", "", "README.md:2"),
        (MAIN + " { return 1; }\n", "", "README.md:2 ends with 1"),
        ("#include <cstdio>\n" + MAIN + ' { std::puts("a"); }\n',
         "<!-- prints -->\n```text\nb\n```\n", "README.md:7 says what is not printed"),
        ("int x;\n", "", "no docs/blocks/cells.cpp"),
    ]
] + [
    ({"docs/a.md": f"<!-- {note} -->\n```cpp\n{MAIN} {{ {code} }}\n```\n"}, fragment)
    for note, code, fragment in [
        ("dies with: no sum", "", "docs/a.md:3 compiles"),
        ("dies with: no sum", "x;", "docs/a.md:3 dies without"),
        ("after: lost", "", "no block called lost"),
    ]
] + [({"docs/a.md": "no code\n"}, "no page has C++")]  # fmt: skip


@dataclass
class Block:
    """C++ on a page, what must stand before it, and what it prints: places and texts."""

    place: str
    code: str
    frame: str
    dies_with: str
    before: list
    prints: list = field(default_factory=list)


def blocks_of(tree, page):
    """The blocks of a page that are to be tested; others are tested with those after them."""
    text = (tree / page).read_text()
    named = {}
    found = []
    tested_later = set()
    printer = None  # the block whose output comes next; none for commands, which install_page.py runs
    for match in BLOCK.finditer(text):
        notes = dict(NOTE.findall(match["notes"]))
        line = text.count("\n", 0, match.start("code")) + 1
        place = f"{page}:{line}"
        if "file" in notes or match["language"] == "sh":
            printer = None
            continue
        if match["language"] != "cpp":
            if "prints" in notes and printer:
                printer.prints.append((place, match["code"]))
            continue
        before = [n.strip() for n in notes.get("after", "").split(",") if n.strip()]
        for name in before:
            if name not in named:
                raise ValueError(f"{place}: there is no block called {name} above")
        code = f'#line {line} "{page}"\n{match["code"]}'
        block = Block(place, code, notes.get("in"), notes.get("dies with"), [named[n] for n in before])
        found.append(block)
        printer = block
        named[notes.get("as")] = block
        if block.dies_with is None:
            tested_later |= {b.place for b in block.before}
    return [block for block in found if block.place not in tested_later]


def whole(tree, block):
    """The block as a file for the compiler."""
    parts = [*block.before, block]
    if MAIN in block.code:
        return "".join(b.code for b in parts)
    frame = tree / "docs/blocks" / (block.frame or "cells.cpp")
    if not frame.exists():
        raise ValueError(f"{block.place}: there is no {frame.relative_to(tree)}")
    slots = {"// declarations": "", "// block": ""}
    for b in parts:
        slots["// block" if b.frame == block.frame else "// declarations"] += b.code
    text = frame.read_text()
    for line, code in slots.items():
        text = re.sub(f"^ *{line}\n", lambda _: code, text, flags=re.M)
    return text


def breaches_of(tree, compiler, block):
    text = whole(tree, block)
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "program"
        runs = MAIN in text and block.dies_with is None
        mode = ["-o", program] if runs else ["-fsyntax-only"]
        result = compiler.run(tree, "-Werror", *mode, "-xc++", "-", text=text)
        if block.dies_with is not None:
            if result.returncode == 0:
                yield f"{block.place} compiles"
            elif block.dies_with not in result.stderr:
                yield f"{block.place} dies without '{block.dies_with}':\n{result.stderr}"
        elif result.returncode != 0:
            yield f"{block.place} does not compile:\n{result.stderr}"
        elif runs:
            run = subprocess.run([program], capture_output=True, text=True, cwd=folder)
            if run.returncode != 0:
                yield f"{block.place} ends with {run.returncode}:\n{run.stdout}{run.stderr}"
            rest = run.stdout
            for place, wanted in [p for b in [*block.before, block] for p in b.prints]:
                if wanted not in rest:
                    yield f"{place} says what is not printed; from there on:\n{rest}"
                rest = rest.partition(wanted)[2]


def breaches(tree, compiler):
    pages = [tree / "README.md", *sorted((tree / "docs").glob("*.md"))]
    try:
        blocks = [b for p in pages if p.exists() for b in blocks_of(tree, p.relative_to(tree))]
        for block in blocks:
            whole(tree, block)
    except ValueError as error:
        return [str(error)]
    if not blocks:
        return ["no page has C++"]
    with ThreadPoolExecutor(cpu_count()) as pool:
        return sum(pool.map(lambda b: list(breaches_of(tree, compiler, b)), blocks), [])
