"""Unit tests repeat the tree: tests/unit/pass/simplify.cpp tests rondo/pass/simplify.hpp.

Every header of a room has a test, except those that UNTESTED lists with the reason. tests/unit/examples/
repeats the headers of the programs in examples/, some of which have no test. Headers in tests/unit/ are for
the tests themselves and may have any name.
"""

UNTESTED = {
    "lang/cell.hpp": "only includes others",
}

BROKEN = [
    ({"tests/unit/pass/simplify.cpp": ""}, "tests/unit/pass/simplify.cpp tests no header"),
    (
        {"tests/unit/examples/text.cpp": "", "dsl/rondo/examples.hpp": ""},
        "examples/text.cpp tests no header",
    ),
    ({"dsl/rondo/pass/a.hpp": ""}, "rondo/pass/a.hpp has no test: there is no tests/unit/pass/a.cpp"),
    ({"include/rondo/run/a.hpp": "", "tests/unit/run/a.hpp": ""}, "rondo/run/a.hpp has no test"),
    (
        {"dsl/rondo/lang/cell.hpp": "", "tests/unit/lang/cell.cpp": ""},
        "rondo/lang/cell.hpp has a test and stands in UNTESTED",
    ),
]


def breaches(tree, _):
    unit = tree / "tests/unit"
    for test in sorted(unit.rglob("*.cpp")):
        header = test.relative_to(unit).with_suffix(".hpp")
        if header.parts[0] == "examples":
            inner = "/".join(header.parts[1:])
            mirrored = [*tree.glob(f"examples/{inner}"), *tree.glob(f"examples/*/{inner}")]
        else:
            mirrored = [r for r in ("dsl", "include") if (tree / r / "rondo" / header).exists()]
        if not mirrored:
            yield f"{test.relative_to(tree)} tests no header: there is no {header}"
    for root in ("dsl", "include"):
        for file in sorted((tree / root / "rondo").glob("*/**/*.hpp")):
            header = file.relative_to(tree / root / "rondo").as_posix()
            test = (unit / header).with_suffix(".cpp")
            if header in UNTESTED:
                if test.exists():
                    yield f"rondo/{header} has a test and stands in UNTESTED of tests/law/mirror.py"
            elif not test.exists():
                yield f"rondo/{header} has no test: there is no {test.relative_to(tree)}"
