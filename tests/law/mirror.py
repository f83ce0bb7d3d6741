"""Unit tests repeat the tree: tests/unit/pass/simplify.cpp tests rondo/pass/simplify.hpp.

tests/unit/examples/ repeats the headers of the programs in examples/. Headers in tests/unit/ are
the tests' own and may have any name.
"""

BROKEN = [
    ({"tests/unit/pass/simplify.cpp": ""}, "tests/unit/pass/simplify.cpp"),
    ({"tests/unit/examples/text.cpp": "", "dsl/rondo/examples.hpp": ""}, "examples/text.cpp"),
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
