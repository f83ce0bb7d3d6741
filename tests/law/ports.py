"""The recipes for vcpkg and Conan package the library, and require what the build requires.

Neither program is at hand. So the steps of the vcpkg port run in CMake with stand-ins for vcpkg's functions,
which call meson, and the methods of the Conan recipe run with a stand-in for Conan's modules. Conan's test
program is built with the package that the port installs.
"""

import fnmatch
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import ModuleType, SimpleNamespace

ROOT = Path(__file__).parent.parent.parent
VCPKG = ".ci/ports/vcpkg/rondo"
CONAN = ".ci/ports/conan"
MINIMA = {"boost": "1.81", "xsimd": "8.1", "xtensor": "0.24"}
# Where the least version of each dependency stands.
STATED = {
    "meson.build": r"dependency\('{name}', version: '>={version}'",
    ".ci/ports/cmake/rondo-target.cmake": r"(?i)\b{name}[: ]{version}\b",
    f"{CONAN}/conanfile.py": r"{name}/\[>={version}\]",
}
STEPS = ("set_version", "export_sources", "requirements", "validate", "package", "package_id", "package_info")

DRIVER = """
function(vcpkg_configure_meson)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "SOURCE_PATH" "OPTIONS;ADDITIONAL_PROPERTIES")
  list(JOIN arg_ADDITIONAL_PROPERTIES "\\n" lines)
  file(WRITE "${folder}/native.txt" "[properties]\\n${lines}\\n")
  execute_process(COMMAND meson setup ${arg_OPTIONS} -Doptimization=plain --native-file "${folder}/native.txt"
    --prefix "${CURRENT_PACKAGES_DIR}" --libdir lib -Dpkgconfig.relocatable=true --wrap-mode nodownload
    "${folder}/build" "${arg_SOURCE_PATH}" COMMAND_ERROR_IS_FATAL ANY)
endfunction()
function(vcpkg_install_meson)
  execute_process(COMMAND meson install -C "${folder}/build" --quiet COMMAND_ERROR_IS_FATAL ANY)
endfunction()
function(vcpkg_cmake_config_fixup)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "PACKAGE_NAME;CONFIG_PATH" "")
  set(to "${CURRENT_PACKAGES_DIR}/share/${arg_PACKAGE_NAME}")
  file(RENAME "${CURRENT_PACKAGES_DIR}/${arg_CONFIG_PATH}" "${to}")
  file(READ "${to}/rondo-config.cmake" text)
  string(REGEX REPLACE "(PACKAGE_PREFIX_DIR \\"[^\\"]*_DIR})(/[.][.])*\\" ABSOLUTE"
    "\\\\1/../../\\" ABSOLUTE" text "${text}")
  file(WRITE "${to}/rondo-config.cmake" "${text}")
endfunction()
function(vcpkg_fixup_pkgconfig)
endfunction()
function(vcpkg_install_copyright)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "FILE_LIST" "")
  file(INSTALL ${arg_FILE_LIST} DESTINATION "${CURRENT_PACKAGES_DIR}/share/rondo" RENAME copyright)
endfunction()
include("${CURRENT_PORT_DIR}/portfile.cmake")
"""

OPTIONS = ("tests", "examples", "docs")
REAL = {
    path.relative_to(ROOT).as_posix(): path.read_text()
    for path in (ROOT / ".ci/ports").rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
}
SMALL = {
    **REAL,
    "LICENSE": "\n",
    "meson.build": """project('rondo', version: '1.2.3')
# dependency('boost', version: '>=1.81')
# dependency('xsimd', version: '>=8.1')
# dependency('xtensor', version: '>=0.24')
foreach option : ['tests', 'examples', 'docs']
  get_option(option)
endforeach
install_subdir('include/rondo', install_dir: get_option('includedir'))
install_subdir('dsl/rondo', install_dir: get_option('includedir'))
subdir('.ci/ports/cmake')
""",
    "meson_options.txt": "".join(f"option('{name}', type: 'boolean')\n" for name in OPTIONS),
    "include/rondo/rondo.hpp": "\n",
    "include/rondo/version.hpp": '#define RONDO_VERSION_STRING "1.2.3"\n',
    "dsl/rondo/macros.hpp": "\n",
}


MERGED = "install_subdir('dsl/rondo', install_dir: get_option('includedir'))"


def changed(path, old, new):
    assert old in SMALL[path], f"{path} has no {old}"
    return {**SMALL, path: SMALL[path].replace(old, new)}


BROKEN = [
    (changed(f"{VCPKG}/vcpkg.json", "8.1.0", "7.0.0"), "vcpkg.json: expected xsimd 8.1"),
    (changed(f"{VCPKG}/portfile.cmake", "-Ddocs=false", "-Dlost=false"), "the vcpkg port ends with 1"),
    (changed(f"{VCPKG}/portfile.cmake", "vcpkg_cmake_config_fixup", "message"), "no share/rondo/rondo-config.cmake"),
    (changed(f"{VCPKG}/portfile.cmake", "vcpkg_install_copyright", "message"), "no share/rondo/copyright"),
    (changed("meson.build", MERGED, ""), "port installs no rondo/m"),
    (changed(f"{CONAN}/conanfile.py", ">=8.1", ">=8.0"), "conanfile.py: expected xsimd 8.1"),
    (changed(f"{CONAN}/conanfile.py", '"include", "dsl"', '"include",'), "Conan packages no rondo/macros.hpp"),
    (changed(f"{CONAN}/conanfile.py", "RONDO_VERSION_STRING", "RONDO_VERSION_LOST"), "Conan's recipe fails"),
    (SMALL, "Conan's test program is not built"),
]  # fmt: skip


def headers_of(*roots):
    return {p.relative_to(root).as_posix() for root in roots for p in root.rglob("*.hpp")}


def breaches_of_versions(tree):
    for path, pattern in STATED.items():
        text = (tree / path).read_text()
        for name, version in MINIMA.items():
            if not re.search(pattern.format(name=name, version=re.escape(version)), text):
                yield f"{path}: expected {name} {version}"
    port = json.loads((tree / VCPKG / "vcpkg.json").read_text())
    found = {d["name"]: d.get("version>=", "") for d in port["dependencies"] if isinstance(d, dict)}
    for name in ("xsimd", "xtensor"):
        if found.get(name) != f"{MINIMA[name]}.0":
            yield f"vcpkg.json: expected {name} {MINIMA[name]}; found {found.get(name)}"


def breaches_of_vcpkg(tree, folder):
    """What is wrong with the package that the port installs to folder/packages."""
    (folder / "installed").mkdir()
    (folder / "installed/include").symlink_to("/usr/include")  # Boost's headers
    (folder / "driver.cmake").write_text(DRIVER)
    named = {
        "folder": folder,
        "CURRENT_PORT_DIR": tree / VCPKG,
        "CURRENT_PACKAGES_DIR": folder / "packages",
        "CURRENT_INSTALLED_DIR": folder / "installed",
    }
    command = ["cmake", *(f"-D{name}={value}" for name, value in named.items()), "-P", folder / "driver.cmake"]
    ended = subprocess.run(command, capture_output=True, text=True)
    if ended.returncode:
        yield f"the vcpkg port ends with {ended.returncode}:\n{ended.stdout}{ended.stderr}"
        return
    installed = headers_of(folder / "packages/include")
    for name in sorted(headers_of(tree / "include", tree / "dsl") - installed):
        yield f"the vcpkg port installs no {name}"
    for name in ("rondo-config.cmake", "rondo-config-version.cmake", "rondo-target.cmake", "copyright"):
        if not (folder / "packages/share/rondo" / name).exists():
            yield f"the vcpkg port installs no share/rondo/{name}"


def breaches_of_test_package(tree, folder):
    """Whether Conan's test program can be built with the package of vcpkg's port."""
    build = folder / "test_package"
    configure = [
        *("cmake", "-G", "Ninja", "-S", tree / CONAN / "test_package", "-B", build, "-DCMAKE_BUILD_TYPE=Debug"),
        *("-DRONDO_NO_OPTIMIZATION_NOTICE=ON", f"-Drondo_DIR={folder / 'packages/share/rondo'}"),
    ]
    for command in configure, ["cmake", "--build", build], [build / "main"]:
        ended = subprocess.run(command, capture_output=True, text=True)
        if ended.returncode:
            yield f"Conan's test program is not built:\n{ended.stdout}{ended.stderr}"
            return


def conan_copy(_, pattern, src, dst):
    """Conan's function, whose pattern matches the path below src."""
    for file in Path(src).rglob("*"):
        path = file.relative_to(src)
        if file.is_file() and fnmatch.fnmatch(path.as_posix(), pattern):
            (dst / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, dst / path)


class ConanFile:
    """The part of Conan's class that the recipe uses."""

    def __init__(self, folder, recipe_folder):
        self.recipe_folder = str(recipe_folder)
        self.export_sources_folder = self.source_folder = str(folder / "sources")
        self.package_folder = str(folder / "package")
        self.required = []
        self.info = SimpleNamespace(clear=lambda: None)
        self.cpp_info = SimpleNamespace(set_property=lambda *_: None)

    def requires(self, reference, **_):
        self.required.append(reference)


def recipe(path):
    """The class of a recipe, which is loaded with stand-ins for Conan's modules."""
    contents = {
        "conan": {"ConanFile": ConanFile},
        "conan.tools": {},
        "conan.tools.build": {"check_min_cppstd": lambda *_: None, "can_run": lambda _: True},
        "conan.tools.cmake": {"CMake": object, "cmake_layout": lambda _: None},
        "conan.tools.files": {"copy": lambda *a: conan_copy(a[0], a[1], Path(a[2]), Path(a[3]))},
    }
    for name, members in contents.items():
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__dict__.update(members)
    spec = importlib.util.spec_from_file_location("recipe", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return next(member for member in vars(module).values() if member in ConanFile.__subclasses__())


def breaches_of_conan(tree, folder):
    try:
        made = recipe(tree / CONAN / "conanfile.py")(folder, tree / CONAN)
        recipe(tree / CONAN / "test_package/conanfile.py")
        for step in STEPS:
            getattr(made, step)()
    except Exception as error:  # whatever a recipe raises
        yield f"Conan's recipe fails: {error!r}"
        return
    packaged = headers_of(folder / "package/include")
    for name in sorted(headers_of(tree / "include", tree / "dsl") - packaged):
        yield f"Conan packages no {name}"
    if not (folder / "package/licenses/LICENSE").exists():
        yield "Conan packages no licence"
    if {reference.split("/")[0] for reference in made.required} != MINIMA.keys():
        yield f"Conan's recipe requires {made.required}"


def breaches(tree, _):
    if shutil.which("cmake") is None:
        return ["cmake is missing; .ci/packages lists it"]
    found = list(breaches_of_versions(tree))
    with tempfile.TemporaryDirectory() as name:
        for step in breaches_of_conan, breaches_of_vcpkg, breaches_of_test_package:
            found = found or list(step(tree, Path(name).resolve()))
    return found
