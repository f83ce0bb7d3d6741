"""Test files of a room have different names at file scope, because several are compiled in one file.

A file whose helpers have the short names that others of its room have too puts everything after its includes
into a namespace called after the file: namespace bptt_test in tests/unit/run/bptt.cpp.
"""

import re

# A line that declares a name at file scope, outside a named namespace: an alias, a type, a function or a
# variable. Declarations inside braces are indented.
DECLARED = re.compile(
    r"(?:using|struct|class|enum class) (?!namespace)(?P<type>\w+)\b(?!::)"
    r"|(?! |using|namespace|static_assert|template|TEST_CASE|BOOST)[\w:<>,&*\[\] .]+?[ &*](?P<other>\w+)(?:\(|\{| = |;)"
)
# The folders whose files are compiled one by one; see tests/meson.build.
SEPARATE = ("examples",)

BROKEN = [
    (
        {"tests/unit/run/a.cpp": f"namespace {{\n{one}\n}}\n", "tests/unit/run/b.cpp": f"{other}\n"},
        "tests/unit/run/b.cpp:1 declares n, as tests/unit/run/a.cpp does",
    )
    for one, other in [
        ("constexpr int n = 1;", "int n = 2;"),
        ("using n = int;", "struct n {"),
        ("std::string n(int a)", "auto& n(std::vector<int> const& a, char b)"),
    ]
]


def names_of(file):
    """The names at file scope, with their lines."""
    named_namespace = False
    for number, line in enumerate(file.read_text().splitlines(), 1):
        if re.match(r"namespace [\w:]+ \{", line):
            named_namespace = True
        elif line.startswith("}  // namespace") and not line.endswith("namespace"):
            named_namespace = False
        elif not named_namespace and (found := DECLARED.match(line)):
            yield found["type"] or found["other"], number


def breaches(tree, _):
    for room in sorted((tree / "tests/unit").iterdir()):
        declared = {}
        if room.is_dir() and room.name not in SEPARATE:
            for file in sorted(room.glob("*.cpp")):
                place = file.relative_to(tree).as_posix()
                for name, line in names_of(file):
                    first = declared.setdefault(name, place)
                    if first != place:
                        yield f"{place}:{line} declares {name}, as {first} does"
