"""No path is in both include roots, which an installation merges."""

BROKEN = [
    (
        {"dsl/rondo/lang/cell.hpp": "", "include/rondo/lang/cell.hpp": ""},
        "rondo/lang/cell.hpp is in dsl/ and in include/",
    ),
]


def paths(root):
    return {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}


def breaches(tree, _):
    both = paths(tree / "dsl") & paths(tree / "include")
    return [f"{path} is in dsl/ and in include/" for path in sorted(both)]
