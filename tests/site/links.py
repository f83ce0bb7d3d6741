"""The links of the site: pages, the navigation, style sheets and the search must lead only to files, and to
places in files, that exist."""

import re
from html import unescape
from pathlib import PurePosixPath
from posixpath import normpath
from urllib.parse import unquote

TAG = re.compile(r"<\w[^>]*>")
LINK = re.compile(r'\b(?:href|src|data)="([^"]*)"')
NAME = re.compile(r'\b(?:id|name)="([^"]*)"')
# Entries of Doxygen's tables for the navigation and the search, and pictures in style sheets.
TABLED = re.compile(r"""["']([\w./-]+\.html(?:#\w+)?)["']""")
PICTURED = re.compile(r"""url\(["']?([^"')]+)["']?\)""")
OUTSIDE = ("http://", "https://", "mailto:", "javascript:", "data:")


def read(folder):
    """The text of each page, script and sheet below a folder; None for other files and those of MathJax."""
    texts = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        is_text = path.suffix in (".html", ".js", ".css") and not name.startswith("mathjax/")
        texts[name] = path.read_text() if is_text else None
    return texts


def links_of(name, text):
    if name.endswith(".html"):
        for tag in TAG.findall(text):
            yield from map(unescape, LINK.findall(tag))
    elif name.startswith("navtreeindex"):
        return  # it maps pages to their places in the tree
    elif name.endswith(".js"):
        yield from TABLED.findall(text)
    else:
        yield from PICTURED.findall(text)


def broken_links(texts):
    """A sentence for each link to a file or a place that is not there."""
    places = {
        name: {place for tag in TAG.findall(text) for place in map(unescape, NAME.findall(tag))}
        for name, text in texts.items()
        if text is not None and name.endswith(".html")
    }
    for name, text in texts.items():
        for link in sorted(set(links_of(name, text or ""))):
            if not link or link.startswith(OUTSIDE):
                continue
            file, _, place = unquote(link).partition("#")
            target = normpath(PurePosixPath(name).parent / file) if file else name
            if target not in texts:
                yield f"{name}: no file for the link {link}"
            elif place and place not in places.get(target, {place}):
                yield f"{name}: no place for the link {link}"
