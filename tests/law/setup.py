"""The commands tests/run and examples/run say what they install and why, and how to go on where they cannot.

A program like them is run with a copy of .ci/, and with scripts in place of the tools that would change the
system. These write a line CALL with their arguments, so the order of words and deeds can be seen.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

PROBE = '. "$(dirname "$0")/../.ci/setup"\ninstall build law\nconfigure examples\n'
TOOLS = "sh dirname sed tr cat grep getconf".split()
CALL = 'echo CALL "$(basename "$0")" "$@"\n'
FALSE = '[ "$1" != introspect ] || { echo \'[{"name": "examples", "value": false}]\' && exit 0; }\n'

STUBS = {
    "basename": 'echo "${1##*/}"\n',
    "env": 'while [ "${1#*=}" != "$1" ]; do shift; done\nexec "$@"\n',
    "id": "echo 1000\n",
    "dpkg-query": "echo unknown\n",
    "apt-cache": '[ "$2" != libboost1.81-dev ] && echo "  Candidate: 1" || echo "  Candidate: (none)"\n',
    "apt-get": CALL,
    "meson": FALSE + CALL,
    "ninja": CALL,
}
SUDO = {"sudo": '[ "$1" = true ] || { echo CALL sudo && exec "$@"; }\n'}
ROOT = {"id": "echo 0\n"}
INSTALLED = {"dpkg-query": "echo installed\n"}
NO_DEBIAN = {"apt-get": None, "dpkg-query": None}

# The situation, stubs besides STUBS (None: there is none), variables, the parts of the output in order, words that
# are not in it, and whether the program succeeds.
CASES = [
    ("root", ROOT, {}, ["are missing", "to compile Rondo", "g++ meson", "clang-16", "CALL apt-get update",
     "CALL apt-get install", "g++ meson", "libboost1.83-dev", "CALL meson setup"], ["CALL sudo"], True),
    ("sudo", SUDO, {}, ["may want your password", "CALL sudo", "CALL apt-get install"], [], True),
    ("neither root nor sudo", {}, {}, ["no sudo", "apt-get install", "libboost1.81-dev libxsimd-dev",
     "RONDO_INSTALL=no"], ["CALL"], False),
    ("sudo that fails", {"sudo": "exit 1\n"}, {}, ["sudo has failed", "RONDO_INSTALL=no"], ["CALL"], False),
    ("apt-get that fails", {**ROOT, "apt-get": "exit 1\n"}, {}, ["apt-get has failed"], ["CALL meson"], False),
    ("everything installed", INSTALLED, {}, ["CALL meson"], ["missing", "CALL apt-get"], True),
    ("RONDO_INSTALL=no", {}, {"RONDO_INSTALL": "no"}, ["CALL meson"], ["missing", "CALL apt-get"], True),
    ("another system", NO_DEBIAN, {}, ["CALL meson"], ["missing"], True),
    ("another system that lacks a library", {**NO_DEBIAN, "meson": "exit 1\n"}, {}, ["needs this software",
     "to compile Rondo", "xtensor 0.24 or later", "clang 16"], [], False),
    ("another system without meson", {**NO_DEBIAN, "meson": None}, {}, ["There is no meson", "meson 1.0"], [], False),
    ("a build folder without examples", INSTALLED, {"CONFIGURED": "yes"},
     ["with -Dexamples=false", "CALL meson setup --reconfigure -Dexamples=true"], [], True),
]  # fmt: skip

SILENT = "install() { apt-get install g++; }\nconfigure() { meson setup; }\n"
BROKEN = [
    ({".ci/setup": SILENT}, "root: expected 'are missing'"),
    ({".ci/setup": SILENT}, "RONDO_INSTALL=no: found 'CALL apt-get'"),
    ({".ci/setup": SILENT}, "neither root nor sudo: it succeeds"),
    ({".ci/setup": "exit 1\n"}, "everything installed: it fails"),
]


def run(tree, stubs, variables):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(tree / ".ci", folder / ".ci")
        for inner in ("bin", "examples", "build/meson-private"):
            (folder / inner).mkdir(parents=True)
        if "CONFIGURED" in variables:
            (folder / "build/meson-private/coredata.dat").touch()
        for tool in TOOLS:
            (folder / "bin" / tool).symlink_to(shutil.which(tool))
        for tool, script in stubs.items():
            if script is not None:
                (folder / "bin" / tool).write_text("#!/bin/sh\n" + script)
                (folder / "bin" / tool).chmod(0o755)
        (folder / "examples/probe").write_text(PROBE)
        return subprocess.run(
            ["/bin/sh", folder / "examples/probe"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={"PATH": str(folder / "bin"), **variables},
        )


def breaches(tree, _):
    for case, stubs, variables, parts, absent, succeeds in CASES:
        result = run(tree, {**STUBS, **stubs}, variables)
        if (result.returncode == 0) != succeeds:
            yield f"{case}: it {'fails' if succeeds else 'succeeds'}:\n{result.stdout}"
        rest = result.stdout
        for part in parts:
            if part not in rest:
                yield f"{case}: expected '{part}' in\n{rest}"
            rest = rest.partition(part)[2]
        for part in absent:
            if part in result.stdout:
                yield f"{case}: found '{part}' in\n{result.stdout}"
