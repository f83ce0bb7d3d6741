"""Fills the navigation of docs/layout.xml: how-to pages, the cells of the gallery, the public names."""

import re
import sys
import xml.etree.ElementTree as xml

from names import anchor

LISTED = re.compile(r"^\| @subpage (\w+)", re.M)
TITLE = re.compile(r"\A# (.*?) \{#(\w+)\}$", re.M)
UNLISTED = {"start", "howto"}


def titles_of(tree):
    """The titles of the pages in docs/, by their labels, which are the names of the files."""
    found = {}
    for page in sorted((tree / "docs").glob("*.md")):
        title = TITLE.search(page.read_text())
        if page.stem not in UNLISTED and (not title or title[2] != page.stem):
            sys.exit(f"docs/{page.name} must begin with # Title {{#{page.stem}}}")
        if title:
            found[title[2]] = title[1]
    return found


def tab(label, title, kind="user"):
    return xml.Element("tab", type=kind, url=f"@ref {label}", title=title)


def write_navigation(tree, cells, names, file):
    """docs/layout.xml for Doxygen, with the pages that docs/howto.md lists, the cells, and the public names."""
    layout = xml.parse(tree / "docs/layout.xml").getroot()
    groups = {group.get("url"): group for group in layout.iter("tab") if group.get("type") == "usergroup"}
    titles = titles_of(tree)
    for page in LISTED.findall((tree / "docs/howto.md").read_text()):
        if page not in titles:
            sys.exit(f"docs/howto.md lists {page}, and there is no docs/{page}.md")
        groups["@ref howto"].append(tab(page, titles[page]))
    for cell in cells:
        groups["@ref gallery"].append(tab(f"gallery_{cell.name}", cell.name))
    for place, (title, members) in enumerate(names.items()):
        group = tab(anchor(title), title, "usergroup")
        group.extend(tab(f"rondo::{name}", name) for name in members)
        groups["@ref names"].insert(place, group)
    reached = {tab.get("url") for tab in layout.iter("tab")}
    for page in titles:
        if f"@ref {page}" not in reached:
            sys.exit(f"docs/{page}.md is on no list: add it to docs/howto.md")
    xml.ElementTree(layout).write(file)
