"""What CMake, pkg-config and meson read is installed, can be moved, and says so if a build does not optimise.

A moved installation names no folder of the tree nor the one it was configured for. CMake refuses a version of
Rondo that may break the program, and a dependency that is too old. docs/install.md, whose commands
install_page.py executes, shows that programs are built.
"""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CMAKE = ".ci/ports/cmake"
NOTICE = "rondo: CMAKE_BUILD_TYPE: expected one that optimises"
PROJECT = """cmake_minimum_required(VERSION 3.16)
project(outside LANGUAGES CXX)
function(find type flags)
  set(CMAKE_BUILD_TYPE ${type})
  set(CMAKE_CXX_FLAGS ${flags})
  find_package(rondo 0.1 ${ARGN})
endfunction()
set(xsimd_DIR ${old_xsimd} CACHE PATH "")
find(Release "")
unset(xsimd_DIR CACHE)
set(RONDO_NO_OPTIMIZATION_NOTICE ON)
find("" "")
get_target_property(folders rondo::rondo INTERFACE_INCLUDE_DIRECTORIES)
get_target_property(definitions rondo::rondo INTERFACE_COMPILE_DEFINITIONS)
message("folders: ${folders}, definitions: ${definitions}")
set(RONDO_NO_OPTIMIZATION_NOTICE OFF)
find("" "" QUIET)
find("" -O2)
find(Release "")
message("The notices:")
find("" "")
find(Debug "")
"""
# From the version of Rondo and the request to whether it will do.
REQUESTS = {
    ("0.1.0", "0"): True, ("0.1.0", "0.1"): True, ("0.1.0", "0.1.0"): True, ("0.1.2", "0.1.0"): True,
    ("0.1.0", "0.1.1"): False, ("0.2.0", "0.1"): False, ("0.1.0", "0.2"): False, ("0.1.0", "1"): False,
    ("1.2.0", "1.1"): True, ("1.2.0", "0.9"): False, ("2.0.0", "1.0"): False,
    ("0.2.0", "0.1...0.3"): True, ("0.3.0", "0.1...<0.3"): False, ("0.3.0", "0.1...0.3"): True,
}  # fmt: skip

REAL = {f"{CMAKE}/{file.name}": file.read_text() for file in (ROOT / CMAKE).glob("*") if file.is_file()}
SMALL = {
    **REAL,
    "meson.build": f"project('rondo', version: '0.1.0')\nsubdir('{CMAKE}')\n",
    "include/rondo/rondo.hpp": "\n",
}


def changed(name, old, new):
    path = f"{CMAKE}/{name}"
    assert old in REAL[path], f"{path} has no {old}"
    return {**SMALL, path: REAL[path].replace(old, new)}


BROKEN = [
    (changed("meson.build", "prefix_dir += '/..'", "prefix_dir += ''"), "CMake finds"),
    (changed("meson.build", "fs.is_absolute(include_dir) ?", "true ? '/nowhere' /"), "/nowhere"),
    (changed("rondo-target.cmake", "set(rondo_mode WARNING)", ""), "an empty build type"),
    (changed("rondo-target.cmake", "STATUS", "WARNING"), "Debug"),
    (changed("rondo-target.cmake", " AND NOT rondo_FIND_QUIETLY", ""), "needless notices"),
    (changed("rondo-target.cmake", "[1-3sfgz]", "none"), "needless notices"),
    (changed("rondo-target.cmake", "AND NOT RONDO_NO_OPTIMIZATION_NOTICE", ""), "needless notices"),
    (changed("rondo-target.cmake", "if(RONDO_NO_OPTIMIZATION_NOTICE)", "if(FALSE)"), "definitions: RONDO_NO"),
    (changed("rondo-target.cmake", "xsimd:8.1", "xsimd:7"), "accepts xsimd 8.0.0"),
    (changed("rondo-config-version.cmake.in", "CMAKE_MATCH_1 GREATER 0", "TRUE"), "0.2.0 for a request of 0.1"),
    (SMALL, "meson warns of no subproject"),
    (SMALL, "pkg-config"),
]  # fmt: skip


def run(*command, **environment):
    """The exit status, the output and the errors of a command."""
    ended = subprocess.run(
        [*map(str, command)],
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C", "CMAKE_PREFIX_PATH": "", **environment},
    )
    return ended.returncode, ended.stdout, ended.stderr


def breaches_of_cmake(folder, moved):
    """What CMake makes of an installation."""
    (folder / "outside").mkdir()
    (folder / "outside/CMakeLists.txt").write_text(PROJECT)
    old = folder / "xsimd"
    old.mkdir()
    (old / "xsimd-config.cmake").write_text("add_library(xsimd INTERFACE IMPORTED)\n")
    (old / "xsimd-config-version.cmake").write_text("set(PACKAGE_VERSION 8.0.0)\n")
    status, out, errors = run(
        *("cmake", "-G", "Ninja", "-S", folder / "outside", "-B", folder / "cmake"),
        *(f"-DCMAKE_PREFIX_PATH={moved}", f"-Dold_xsimd={old}"),
        *("-DCMAKE_CXX_COMPILER_WORKS=ON", "-Darch_native_supported=ON"),  # nothing is compiled
    )
    expected = f"folders: {moved}/include, definitions: RONDO_NO_OPTIMIZATION_NOTICE\n"
    if status or expected not in errors:
        yield f"CMake finds no {expected}but ends with {status}:\n{out}{errors}"
    before, _, after = errors.partition("The notices:")
    if NOTICE in before or out.count(NOTICE) > 1:
        yield f"CMake prints needless notices:\n{out}{errors}"
    if NOTICE not in after:
        yield f"CMake does not warn of an empty build type:\n{errors}"
    if f'{NOTICE}, such as Release; found "Debug"' not in out:
        yield f"CMake does not say what Debug costs:\n{out}"
    if "xsimd: expected version 8.1 or later; found 8.0.0" not in " ".join(errors.split()):
        yield f"CMake accepts xsimd 8.0.0:\n{errors}"


def breaches_of_versions(folder, file):
    """What the version file of CMake's package says of other versions."""
    for (version, request), wanted in REQUESTS.items():
        script = folder / "version.cmake"
        script.write_text(re.sub(r"(PACKAGE_VERSION) \"[\d.]+\"", rf'\1 "{version}"', file.read_text(), count=1)
                          + 'message("${PACKAGE_VERSION_COMPATIBLE}")\n')  # fmt: skip
        low, dots, high = request.partition("...")
        numbers = low.split(".")
        said = {
            "PACKAGE_FIND_VERSION": low,
            "PACKAGE_FIND_VERSION_COUNT": len(numbers),
            "PACKAGE_FIND_VERSION_MAJOR": numbers[0],
            "PACKAGE_FIND_VERSION_MINOR": (*numbers, "0")[1],
        }
        if dots:
            said |= {
                "PACKAGE_FIND_VERSION_RANGE": request,
                "PACKAGE_FIND_VERSION_MIN": low,
                "PACKAGE_FIND_VERSION_MAX": high.lstrip("<"),
                "PACKAGE_FIND_VERSION_RANGE_MAX": "EXCLUDE" if "<" in high else "INCLUDE",
            }
        found = run("cmake", *(f"-D{name}={value}" for name, value in said.items()), "-P", script)[2].strip()
        if found != str(wanted).upper():
            yield f"CMake: expected {wanted}, found {found}, of {version} for a request of {request}"


def breaches_of_subproject(folder, tree):
    """What meson says in a project whose subproject is the tree, and which does not optimise."""
    project = folder / "subproject"
    (project / "subprojects").mkdir(parents=True)
    (project / "subprojects/rondo").symlink_to(tree)
    (project / "meson.build").write_text("project('outside')\nsubproject('rondo')\n")
    status, out, errors = run("meson", "setup", folder / "unoptimised", project)
    if status or not re.search("WARNING: rondo: optimization=0", out):
        yield f"meson warns of no subproject:\n{out}{errors}"


def breaches(tree, _):
    for tool in ("cmake", "pkg-config"):
        if shutil.which(tool) is None:
            yield f"{tool} is missing; .ci/packages lists it"
            return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        options = ("tests", "examples", "docs")
        known = (tree / "meson_options.txt").exists()
        off = [f"-D{option}=false" for option in options] if known else []
        run("meson", "setup", folder / "build", tree, "--prefix=/nowhere/rondo", *off)
        run("meson", "install", "-C", folder / "build", "--destdir", folder / "staged")
        moved = folder / "elsewhere"
        if not (folder / "staged/nowhere/rondo/include").exists():
            (folder / "staged/nowhere/rondo/include").mkdir(parents=True)
        (folder / "staged/nowhere/rondo").rename(moved)
        for file in sorted((moved / "share/cmake").rglob("*.cmake")):
            if "/nowhere" in file.read_text() or str(tree) in file.read_text():
                yield f"{file.relative_to(moved)} names a folder of the build or /nowhere"
        yield from breaches_of_cmake(folder, moved)
        yield from breaches_of_versions(folder, moved / "share/cmake/rondo/rondo-config-version.cmake")
        yield from breaches_of_subproject(folder, tree)
        status, flags, errors = run(
            "pkg-config", "--define-prefix", "--cflags", "rondo", PKG_CONFIG_PATH=str(moved / "share/pkgconfig")
        )
        if status or str(tree) in flags or f"-I{moved}/include" not in flags or "contract" not in flags:
            yield f"pkg-config ends with {status} and says {flags}{errors}"
