"""Fills the navigation of docs/layout.xml: the pages that docs/howto.md lists, and the cells of the gallery."""

import re
import xml.etree.ElementTree as xml

LISTED = re.compile(r"^\| @subpage (\w+)", re.M)
TITLE = re.compile(r"^# (.*?) \{#(\w+)\}$", re.M)


def titles_of(pages):
    """The titles of pages, by their labels."""
    found = (TITLE.search(page.read_text()) for page in pages)
    return {title[2]: title[1] for title in found if title}


def write_navigation(tree, cells, file):
    """The layout for Doxygen, as docs/layout.xml with a tab for each page in the groups that list pages."""
    layout = xml.parse(tree / "docs/layout.xml")
    titles = titles_of((tree / "docs").glob("*.md"))
    listed = LISTED.findall((tree / "docs/howto.md").read_text())
    lists = {
        "@ref howto": [(label, titles[label]) for label in listed],
        "@ref gallery": [(f"gallery_{cell.name}", cell.name) for cell in cells],
    }
    for group in layout.getroot().iter("tab"):
        for label, title in lists.get(group.get("url"), ()):
            xml.SubElement(group, "tab", type="user", url=f"@ref {label}", title=title)
    layout.write(file)
