"""Every public name has a sentence, and no comment refers to what is not there.

Overloads share the sentence of the first, a trait that says "Whether ..." says it for its `value`,
what is defaulted or deleted says nothing new, and an enumeration may leave its entries to
describe(). Names in a namespace `detail` are not documented. Those in the rooms' own namespaces are, for
whoever works on the library; tests/law/public_names.py tells which are for users.
"""

import subprocess
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

SETTINGS = Path(__file__).parent.parent.parent / "docs/Doxyfile"

HEAD = "#pragma once\n/// @file\n/// A test.\nnamespace rondo {\n"
BROKEN = [
    ({"dsl/rondo/a.hpp": HEAD + code + "}\n"}, fragment)
    for code, fragment in [
        ("inline int bare();\n", "a.hpp:5: bare"),
        ("struct bare {};\n", "a.hpp:5: rondo::bare"),
        ("/// Here.\nstruct s { int bare; };\n", "a.hpp:6: bare in rondo::s"),
        ("/// Here.\nstruct s { struct bare {}; };\n", "a.hpp:6: rondo::s::bare"),
        ("/// Here.\nstruct s { s(int); };\n", "a.hpp:6: s in rondo::s"),
        ("/// Here.\nenum class e { bare };\n", "a.hpp:6: bare in e"),
        ("using bare = int;\n", "a.hpp:5: bare"),
        ("template <class T>\nconcept bare = true;\n", "a.hpp:6: rondo::bare"),
        ("namespace ir_internal {\nint bare();\n}\n", "a.hpp:6: bare"),
        ("/// See @ref lost.\nint f();\n", "'lost'"),
        ("/// One.\n/// @param lost it\nint f(int n);\n", "'lost'"),
    ]
] + [({"include/rondo/a.hpp": "#pragma once\n"}, "a.hpp")]


def reference(tree):
    """What Doxygen says of the headers of a tree: its complaints, and an element for each compound."""
    with tempfile.TemporaryDirectory() as out:
        roots = [root for root in ("dsl", "include") if (tree / root).exists()]
        settings = SETTINGS.read_text() + f"""
            INPUT = {" ".join(roots)}
            OUTPUT_DIRECTORY = {out}
            GENERATE_HTML = NO
            GENERATE_XML = YES
            XML_PROGRAMLISTING = NO
            EXTRACT_ALL = YES
            STRIP_FROM_PATH = {tree}
            """
        run = subprocess.run(
            ["doxygen", "-"], input=settings, capture_output=True, text=True, cwd=tree, check=True
        )
        compounds = [
            compound
            for file in sorted(Path(out, "xml").glob("*.xml"))
            for compound in xml.parse(file).getroot().iter("compounddef")
        ]
    return run.stderr.replace(f"{tree}/", "").splitlines(), compounds


def breaches(tree, _):
    complaints, compounds = reference(tree)
    yield from complaints
    yield from sorted({name for compound in compounds for name in bare_names(compound)})


def words(element):
    """The text of the comment of an element."""
    parts = ("briefdescription", "detaileddescription")
    return "".join("".join(e.itertext()) for p in parts for e in element.findall(p)).strip()


def place(element):
    at = element.find("location")
    return f"{at.get('file')}:{at.get('line')}: " if at.get("line") else f"{at.get('file')}: "


def bare_names(compound):
    """What has no comment in a file, namespace, class or concept."""
    scope = compound.findtext("compoundname")
    kind = compound.get("kind")
    if "detail" in scope.split("::") or kind in ("dir", "page"):
        return
    if kind == "namespace" and scope.split("::")[0] != "rondo":
        return
    # A namespace has no place of its own, and a specialisation is said by its template.
    if kind not in ("namespace", "dir") and "<" not in scope and not words(compound):
        yield f"{place(compound)}{scope} is not documented"
    if kind == "file":
        return
    members = [m for m in compound.iter("memberdef") if m.get("prot") != "private"]
    said = {m.findtext("name") for m in members if words(m)}
    if words(compound).startswith("Whether"):
        said.add("value")
    for member in members:
        name = member.findtext("name")
        specialises = "<" in name and name.split("<")[0].strip() in said
        arguments = member.findtext("argsstring") or ""
        # A guide, or what is defaulted or deleted.
        silent = "->" in arguments or arguments.endswith(("=default", "=delete"))
        if name not in said and not specialises and not silent:
            yield f"{place(member)}{name} in {scope} is not documented"
        for entry in member.iter("enumvalue"):
            if not words(entry) and "describe()" not in words(member):
                yield f"{place(member)}{entry.findtext('name')} in {name} is not documented"
