"""Writes the page of the public names, in groups, each with the first sentence of its comment."""

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


def write_names(groups, file):
    page = "# Public names {#names}\n\nWhat a program names is in the namespace `rondo`.\n"
    for title, names in groups.items():
        page += f"\n## {title} {{#{anchor(title)}}}\n\n| Name | Purpose |\n|------|---------|\n"
        for name, text in names.items():
            text = text.replace("|", "\\|").replace("<", "\\<")
            page += f"| @ref rondo::{name} \"{name}\" | {text} |\n"
    page += """
Operators on expressions, and those that print a report or a plan, are found by their arguments. The
namespaces whose names end with `_internal` are for whoever works on the library.
"""
    file.write_text(page)
