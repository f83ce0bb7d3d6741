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

Blocks of one page that are statements after the same declarations make a group, each in a scope of its own. Several
groups are compiled into one program, each in a namespace of its own, because reading the headers and instantiating
the library for the same cells takes half of the time. The program runs once for each block.
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
STRUCT = re.compile(r"(?<!>\n)^struct (\w+)", re.M)  # that is no template
GLOBAL = re.compile(r"\boperator (new|delete)\b|^#include", re.M)  # no namespace can have these
MAIN = "int main()"
STATEMENTS = "main.cpp"  # the frame whose blocks are statements
TOGETHER = 4  # groups of statements in a program; it takes about 1.5 GB to compile

FRAME = f"#include <cstdio>\n#include <string>\n// declarations\n{MAIN}\n{{\n    // block\n}}\n"
PRINTS_B = "<!-- prints -->\n```text\nb\n```\n"


def statements(code=""):
    return f"<!-- in: {STATEMENTS} -->\n```cpp\n{code}\n```\n"


AMBIGUOUS = "<!-- as: a -->\n```cpp\nstruct a {};\n```\n<!-- after: a -->\n" + statements()

BROKEN = [
    ({"README.md": f"```cpp\n{code}```\n{after}"}, fragment)
    for code, after, fragment in [
        (MAIN + " { return x; }\n", "", "README.md:2"),
        (MAIN + " { return 1; }\n", "", "README.md:2 ends with 1"),
        ("#include <cstdio>\n" + MAIN + ' { std::puts("a"); }\n',
         PRINTS_B, "README.md:7 says what is not printed"),
        ("int x;\n", "", "no docs/blocks/cells.cpp"),
    ]
] + [
    ({"docs/a.md": f"<!-- {note} -->\n```cpp\n{MAIN} {{ {code} }}\n```\n"}, fragment)
    for note, code, fragment in [
        ("dies with: no sum", "", "docs/a.md:3 compiles"),
        ("dies with: no sum", "x;", "docs/a.md:3 dies without"),
        ("after: lost", "", "no block called lost"),
    ]
] + [
    ({"docs/a.md": first + second, "docs/blocks/main.cpp": FRAME}, fragment)
    for first, second, fragment in [
        (statements("int a = 0; ++a;"), statements("++a;"), "docs/a.md:7:3: error: 'a'"),
        (statements("return 3;"), statements(), "docs/a.md:3 ends with 3"),
        (statements(), statements("return 3;"), "docs/a.md:7 ends with 3"),
        (statements('std::puts("b");'), statements() + PRINTS_B, "docs/a.md:11 says what is not printed"),
    ]
] + [
    ({"docs/a.md": AMBIGUOUS, "docs/b.md": AMBIGUOUS, "docs/blocks/main.cpp": "namespace b { struct a; }\nusing namespace b;\n" + FRAME},
     "reference to 'a' is ambiguous"),
    ({"docs/a.md": "no code\n"}, "no page has C++"),
]  # fmt: skip


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


def groups_of(blocks):
    """The blocks that have the same declarations, and whether they make a program that runs."""
    groups = {}
    for block in blocks:
        runs = block.dies_with is None and (MAIN in block.code or block.frame == STATEMENTS)
        together = runs and MAIN not in block.code
        page = block.place.partition(":")[0]
        declared = tuple(b.place for b in block.before if b.frame != block.frame)
        groups.setdefault((runs, page, declared) if together else (runs, block.place), []).append(block)
    return [(runs, group) for (runs, *_), group in groups.items()]


def declared(group):
    """The declarations that the statements of a group need."""
    return "".join(b.code for b in group[0].before if b.frame != group[0].frame)


def programs_of(groups):
    """Groups that are compiled together, and whether they make a program that runs."""
    together = [runs and MAIN not in group[0].code and not GLOBAL.search(declared(group)) for runs, group in groups]
    alone = [(runs, [group]) for (runs, group), others in zip(groups, together) if not others]
    others = [group for (_, group), others in zip(groups, together) if others]
    return [*alone, *((True, others[i : i + TOGETHER]) for i in range(0, len(others), TOGETHER))]


def function_of(number, group, is_alone):
    """Declarations, in a namespace unless the group is alone in its program, and a function with the statements.

    A name that the library has, too, is ambiguous in the function, as in the program of a user.
    """
    scopes = []
    for block in group:
        statements = "".join(b.code for b in [*block.before, block] if b.frame == block.frame)
        scopes.append(f'if (block_asked == "{block.place}") {{\n{statements}}}\n')
    code = declared(group)
    if not is_alone:
        named = "".join(f"static_cast<void>(static_cast<{name}*>(nullptr));\n" for name in STRUCT.findall(code))
        scopes.insert(0, f"using namespace blocks_{number};\n{named}")
        code = f"namespace blocks_{number} {{\n{code}}}\n"
    return f"{code}int run_{number}(std::string const& block_asked)\n{{\n{''.join(scopes)}return 0;\n}}\n"


def whole(tree, groups):
    """The blocks of groups as a file for the compiler."""
    first = groups[0][0]
    if MAIN in first.code:
        return "".join(b.code for b in [*first.before, first])
    frame = tree / "docs/blocks" / (first.frame or "cells.cpp")
    if not frame.exists():
        raise ValueError(f"{first.place}: there is no {frame.relative_to(tree)}")
    text = frame.read_text()
    if first.frame == STATEMENTS:
        functions = [function_of(number, group, len(groups) == 1) for number, group in enumerate(groups)]
        calls = [f"if (int ended = run_{i}(block_asked[1])) return ended;\n" for i in range(len(groups))]
        text = text.replace(MAIN, "int main(int, char** block_asked)")
        lines = {"// declarations": "".join(functions), "// block": "".join(calls)}
    else:
        lines = {"// block": "".join(b.code for b in [*first.before, first] if b.frame == first.frame)}
    for line, code in lines.items():
        text = re.sub(f"^ *{line}\n", lambda _: code, text, flags=re.M)
    return text


def precompile(tree, compiler, folder):
    """Precompiles what the frames include, and gives the option that includes it."""
    frames = sorted((tree / "docs/blocks").glob("*.cpp"))
    lines = {line for f in frames for line in f.read_text().splitlines() if line.startswith("#include")}
    if not lines:
        return []
    header = Path(folder) / "frames.hpp"
    header.write_text("\n".join(sorted(lines)) + "\n")
    compiler.run(tree, "-xc++-header", header, "-o", f"{header}.gch").check_returncode()
    return ["-include", header]


def breaches_of(tree, compiler, included, runs, groups):
    text = whole(tree, groups)
    blocks = sum(groups, [])
    if MAIN in blocks[0].code:  # which has includes of its own
        included = []
    places = ", ".join(block.place for block in blocks)
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "program"
        mode = ["-o", program] if runs else ["-fsyntax-only"]
        result = compiler.run(tree, "-Werror", *included, *mode, "-xc++", "-", text=text)
        if (expected := blocks[0].dies_with) is not None:
            if result.returncode == 0:
                yield f"{places} compiles"
            elif expected not in result.stderr:
                yield f"{places} dies without '{expected}':\n{result.stderr}"
        elif result.returncode != 0:
            yield f"{places} does not compile:\n{result.stderr}"
        elif runs:
            for block in blocks:
                yield from breaches_of_run(program, block)


def breaches_of_run(program, block):
    run = subprocess.run([program, block.place], capture_output=True, text=True, cwd=program.parent)
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
        programs = programs_of(groups_of(blocks))
        for _, groups in programs:
            whole(tree, groups)
    except ValueError as error:
        return [str(error)]
    if not blocks:
        return ["no page has C++"]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(cpu_count()) as pool:
        included = precompile(tree, compiler, folder)
        return sum(pool.map(lambda p: list(breaches_of(tree, compiler, included, *p)), programs), [])
