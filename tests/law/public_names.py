"""The names in namespace rondo, which a user's `using namespace rondo;` sees, are those that are listed.

A name that is there by mistake takes it away from the user's own cells, dimensions and functions. What no
user names belongs in the namespace of its room; a name for users is added to public_names.txt, and the
reference then shows it on its first page. The list is made with

  python3 tests/law/public_names.py
"""

import sys
from pathlib import Path

from documented import reference

LIST = "tests/law/public_names.txt"
HEADING = "# What a user may name: the name and what it is. Made by tests/law/public_names.py.\n"
TYPES = {"class", "struct", "union", "concept"}

HEAD = "#pragma once\nnamespace rondo::inline RONDO_ISA {\n"
BROKEN = [
    ({LIST: listed, "dsl/rondo/a.hpp": HEAD + code + "}\n"}, fragment)
    for listed, code, fragment in [
        ("adam class\n", "class adam;\nstruct slip {};\n", "slip (struct, dsl/rondo/a.hpp) is not"),
        ("", "template <class T>\nvoid slip(T) requires true {}\n", "slip (function, "),
        ("", "template <class T>\nconcept slip = true;\n", "slip (concept, "),
        ("", "enum class slip { one };\n", "slip (enum, "),
        ("", "using slip = int;\n", "slip (typedef, "),
        ("", "namespace internal {\n}\n", "internal (namespace, "),
        ("adam class\ngone class\n", "class adam {};\n", "gone (class) is"),
        ("adam class\n", "struct adam {};\n", "adam (struct, "),
    ]
]


def public_elements(tree):
    """Name, kind and the reference's element for all in namespace rondo that is in no room's namespace."""
    for compound in reference(tree)[1]:
        scope, name = ("::" + compound.findtext("compoundname")).rpartition("::")[::2]
        kind = compound.get("kind")
        if scope == "::rondo" and "<" not in name and kind in TYPES:
            yield name, kind, compound
        if scope == "::rondo" and kind == "namespace" and not name.endswith("_internal"):
            yield name, kind, compound
        if (scope, name, kind) == ("", "rondo", "namespace"):
            for member in compound.iter("memberdef"):
                name = member.findtext("name")
                guide = "->" in (member.findtext("argsstring") or "")
                if not name.startswith("operator") and "<" not in name and not guide:
                    yield name, member.get("kind"), member


def summaries(tree):
    """From each public name to its kind and the first sentence of its comment."""
    found = {}
    for name, kind, element in public_elements(tree):
        text = " ".join("".join(element.find("briefdescription").itertext()).split())
        found[name] = kind, text or found.get(name, ("", ""))[1]
    return found


def public_names(tree):
    """From name and kind to the header."""
    return {
        (name, kind): element.find("location").get("file") for name, kind, element in public_elements(tree)
    }


def listed_names(tree):
    lines = (tree / LIST).read_text().splitlines()
    return {tuple(line.split()) for line in lines if line and not line.startswith("#")}


def breaches(tree, _):
    found = public_names(tree)
    listed = listed_names(tree)
    for (name, kind), file in sorted(found.items()):
        if (name, kind) not in listed:
            yield f"{name} ({kind}, {file}) is not in {LIST}: does a user name it?"
    for name, kind in sorted(listed - found.keys()):
        yield f"{name} ({kind}) is in {LIST} and not in the headers"


def write(tree):
    lines = [f"{name} {kind}\n" for name, kind in sorted(public_names(tree))]
    (tree / LIST).write_text(HEADING + "".join(lines))


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    write(Path(__file__).resolve().parent.parent.parent)
