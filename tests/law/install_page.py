"""The commands of docs/install.md work, one after the other, in a copy of the tree that is a git repository.

A block after the comment "file: NAME" is the file NAME. The other blocks of sh are commands, except blocks after
the comment "not run: REASON". A block after the comment "prints" is printed by the commands above it.
The page installs to an empty home folder.
"""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

PAGE = "docs/install.md"
# The parts of the tree that the commands need.
PARTS = (".ci", "dsl", "include", "docs", "LICENSE", "meson.build", "meson_options.txt")
BLOCK = re.compile(
    r"^(?P<notes>(?:<!-- .*? -->\n+)*)```(?P<language>\w*)\n(?P<text>.*?)^```$", re.M | re.S
)
NOTE = re.compile(r"<!-- (file|not run|prints)(?:: (.*?))? -->")

BROKEN = [
    ({PAGE: text}, fragment)
    for text, fragment in [
        ("```sh\ntrue\n```\n```sh\nfalse\necho late\n```\n", f"{PAGE}:5 fails"),
        ("```sh\nA=a\n```\n```sh\necho $A\n```\n<!-- prints -->\n```text\nb\n```\n", f"{PAGE}:5 does not"),
        ("<!-- file: ../b/c -->\n```meson\na\n```\n```sh\ngrep b ../b/c\n```\n", f"{PAGE}:6 fails"),
        ("```sh\ngit show HEAD:docs/install.md && exit 3\n```\n", f"{PAGE}:2 fails"),
        ("<!-- not run: none -->\n```sh\nfalse\n```\n", "has no commands"),
    ]
]


def steps_of(page):
    """The files of a page, by name, and its commands with the texts that they print: (line, commands, texts)."""
    files, steps = {}, []
    for match in BLOCK.finditer(page):
        notes = dict(NOTE.findall(match["notes"]))
        if "file" in notes:
            files[notes["file"]] = match["text"]
        elif "prints" in notes:
            steps[-1][2].append(match["text"])
        elif match["language"] == "sh" and "not run" not in notes:
            steps.append((page.count("\n", 0, match.start("text")) + 1, match["text"], []))
    return files, steps


def copy_of(tree, folder):
    """A git repository with the parts of the tree."""
    folder.mkdir()
    for part in PARTS:
        if (tree / part).is_dir():
            shutil.copytree(tree / part, folder / part)
        elif (tree / part).exists():
            shutil.copy(tree / part, folder / part)
    author = ["-c", "user.name=law", "-c", "user.email=law", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "-A"], [*author, "commit", "-q", "-m", "A copy."]):
        subprocess.run(["git", *command], cwd=folder, check=True)


def breaches(tree, _):
    missing = [tool for tool in ("cmake", "git", "pkg-config") if shutil.which(tool) is None]
    if missing:
        return [f"{tool} is missing; .ci/packages lists it" for tool in missing]
    files, steps = steps_of((tree / PAGE).read_text())
    if not steps:
        return [f"{PAGE} has no commands"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy = folder / "rondo"
        copy_of(tree, copy)
        for path, text in files.items():
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_text(text)
        script = "exec 2>&1\n" + "".join(f"echo '@ {line}'\n{text}" for line, text, _ in steps)
        home = {"HOME": str(folder / "home"), "LC_ALL": "C"}
        ended = subprocess.run(
            ["sh", "-eu"], cwd=copy, env={**os.environ, **home}, input=script, capture_output=True, text=True
        )
    outputs = dict(re.findall(r"^@ (\d+)\n(.*?)(?=^@ \d+\n|\Z)", ended.stdout, re.M | re.S))
    if ended.returncode:
        last = list(outputs)[-1]
        return [f"{PAGE}:{last} fails with {ended.returncode}:\n{outputs[last]}{ended.stderr}"]
    return [
        f"{PAGE}:{line} does not print\n{text}but\n{outputs[str(line)]}"
        for line, _, texts in steps
        for text in texts
        if text not in outputs[str(line)]
    ]
