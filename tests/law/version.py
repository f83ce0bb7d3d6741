"""The library has one version: that of rondo/version.hpp.

Its text and its three numbers agree, and so do the other files that contain it, among them the newest entry of
the change log.
"""

import re

HEADER = "include/rondo/version.hpp"
OTHERS = {  # the pattern finds the version
    "meson.build": re.compile(r"^  version: '([^']*)'", re.M),
    ".ci/ports/vcpkg/rondo/vcpkg.json": re.compile(r'^  "version": "(.*)"', re.M),
    "docs/changelog.md": re.compile(r"^## (\d[\d.]*\d)", re.M),
}

MACROS = "".join(f"#define RONDO_VERSION_{part} {n}\n" for part, n in [("MAJOR", 1), ("MINOR", 2), ("PATCH", 3)])
TEXT = '#define RONDO_VERSION_STRING "{}"\n'
SAME = {
    HEADER: MACROS + TEXT.format("1.2.3"),
    "meson.build": "  version: '1.2.3',\n",
    ".ci/ports/vcpkg/rondo/vcpkg.json": '  "version": "1.2.3",\n',
    "docs/changelog.md": "## 1.2.3, 1 January {#changelog_1_2_3}\n",
}

BROKEN = [
    ({**SAME, HEADER: MACROS + TEXT.format("1.2.4")}, "the numbers are 1.2.3, the text is 1.2.4"),
    ({**SAME, HEADER: "\n"}, f"{HEADER} has no version"),
    ({**SAME, "meson.build": "  version: '1.2.4',\n"}, "expected 1.2.3, found 1.2.4, in meson.build"),
    ({**SAME, "docs/changelog.md": "## 1.2.4\n## 1.2.3\n"}, "found 1.2.4, in docs/changelog.md"),
    ({**SAME, "meson.build": "\n"}, "found none, in meson.build"),
]


def breaches(tree, _):
    header = (tree / HEADER).read_text()
    numbers = re.findall(r"^#define RONDO_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)$", header, re.M)
    text = re.search(r'^#define RONDO_VERSION_STRING "(.*)"$', header, re.M)
    if len(numbers) != 3 or not text:
        yield f"{HEADER} has no version"
        return
    if ".".join(numbers) != text[1]:
        yield f"{HEADER}: the numbers are {'.'.join(numbers)}, the text is {text[1]}"
    for path, pattern in OTHERS.items():
        found = pattern.search((tree / path).read_text())
        if not found or found[1] != text[1]:
            yield f"expected {text[1]}, found {found[1] if found else 'none'}, in {path}"
