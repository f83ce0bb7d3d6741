"""Writes the page of the public names, in groups, each with the first sentence of its comment."""

import re
import sys

from public_names import public_elements

# The groups in the order of the page, and the rooms whose names they hold.
GROUPS = {
    "The language": ["lang"],
    "Cells": ["cell"],
    "Models": ["model"],
    "Runs": ["run"],
    "Arguments of runs": ["sequence"],
    "Layers": ["stack"],
    "Losses and optimisers": ["train"],
    "Checks": ["check"],
    "Memory and lengths": ["time"],
    "Files": ["io"],
    "Errors": ["error"],
    "Recurrences and drawings": ["pass"],
    "Threads and processors": ["exec", "kernel"],
}
ROOM = re.compile(r"^/// (.*)\nnamespace (\w+_internal) \{", re.M)


def anchor(title):
    """The label of a group."""
    return "names_" + title.lower().replace(" ", "_")


def groups_of(tree):
    """The title of each group, and its names with their sentences."""
    groups = {title: {} for title in GROUPS}
    placed = {}  # overloads may be in several rooms
    titles = {room: title for title, rooms in GROUPS.items() for room in rooms}
    for name, kind, element in public_elements(tree):
        file = element.find("location").get("file")
        room = file.split("/")[-2]
        if room not in titles:
            sys.exit(f"docs/names.py has no group for {name} in {file}")
        text = " ".join("".join(element.find("briefdescription").itertext()).split())
        place = placed.setdefault(name, groups[titles[room]])
        place[name] = place.get(name) or text
    return {title: dict(sorted(names.items())) for title, names in groups.items()}


def table(rows):
    lines = [f"| {name} | {text} |\n" for name, text in rows]
    return "".join(["| Name | Purpose |\n|------|---------|\n", *lines])


def escaped(text):
    return text.replace("|", "\\|").replace("<", "\\<")


def write_names(tree, groups, file):
    page = "# Public names {#names}\n\nThe names for programs are in the namespace `rondo`.\n"
    for title, names in groups.items():
        rows = [(f'@ref rondo::{name} "{name}"', escaped(text)) for name, text in names.items()]
        page += f"\n## {title} {{#{anchor(title)}}}\n\n{table(rows)}"
    rooms = ROOM.findall((tree / "dsl/rondo/namespaces.hpp").read_text())
    page += f"""
Operators on expressions, and operators that print a report or a plan, are not listed: argument-dependent lookup finds
them.

## Internals {{#names_internals}}

The folders of the library have namespaces of their own, for those who work on it. Programs must not use them.

{table((f'@ref rondo::{name} "{name}"', text) for text, name in rooms)}"""
    file.write_text(page)
