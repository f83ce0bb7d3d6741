"""Includes point one way: run -> exec -> kernel -> pass -> lang -> graph, and run -> cell -> pass.

Between kernel and run stand model, time and sequence. train, io and stack stand above run, or on less
of it: io needs models alone, and stack needs no training. check is above stack. locate is beside the
kernels: run includes it to say where a number became NaN or infinite.

dsl/ knows nothing but the standard library and Hana; in include/, xtensor stays out of the
kernels, whose inner loops must not meet its expressions. One header of Rondo's includes xsimd and one
includes xtensor; what differs between their versions stands there, and tests and examples use it too.
One header of the library makes system calls.
"""

import re

BELOW = {
    "graph": set(),
    "lang": {"graph"},
    "pass": {"graph", "lang"},  # lang, for the pipeline starts from a cell
    "cell": {"graph", "lang", "pass"},
    "error": set(),
    "time": {"error"},
    "locate": {"graph", "lang", "pass", "time", "error"},  # it walks the graph at run time, without kernels
    "kernel": {"graph", "lang", "pass"},
}
BELOW["model"] = {*BELOW["kernel"], "kernel", "error"}
BELOW["sequence"] = {*BELOW["model"], "model", "time"}
BELOW["exec"] = {*BELOW["sequence"], "sequence"}
BELOW["run"] = {*BELOW["exec"], "exec", "locate", "cell"}
BELOW["io"] = {*BELOW["model"], "model"}
BELOW["train"] = {*BELOW["sequence"], "sequence"}
BELOW["stack"] = {*BELOW["run"], "run"}
BELOW["check"] = {*BELOW["stack"], "stack"}
DSL = {"graph", "lang", "pass"}

# The headers beside the rooms, which every room may include.
BELOW_ALL = {"rondo/macros.hpp", "rondo/namespaces.hpp"}
WRAPPED = {
    "xsimd": "rondo/kernel/xsimd.hpp",
    "xtensor": "rondo/model/xtensor.hpp",
    "xtl": "rondo/model/xtensor.hpp",
}

# The header that may include those of POSIX.
WITH_SYSTEM_CALLS = "rondo/io/partial_file.hpp"
POSIX = re.compile(r"(sys/)?[a-z_]+\.h")

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.MULTILINE)

BROKEN = [
    ({"dsl/rondo/graph/a.hpp": "#include <rondo/pass/simplify.hpp>\n"}, "graph includes pass"),
    ({"dsl/rondo/lang/a.hpp": "# include <rondo/pass/simplify.hpp>\n"}, "lang includes pass"),
    ({"dsl/rondo/pass/a.hpp": "#include <rondo/model/model.hpp>\n"}, "pass includes model"),
    ({"dsl/rondo/pass/a.hpp": "#include <rondo/rondo.hpp>\n"}, "rondo/rondo.hpp"),
    ({"dsl/rondo/lang/a.hpp": "#include <xsimd/xsimd.hpp>\n"}, "xsimd/xsimd.hpp"),
    ({"dsl/rondo/lang/a.hpp": "#include <boost/mp11.hpp>\n"}, "boost/mp11.hpp"),
    ({"include/rondo/kernel/a.hpp": "#include <xtensor/xarray.hpp>\n"}, "xtensor/xarray.hpp"),
    ({"include/rondo/kernel/a.hpp": "#include <xsimd/xsimd.hpp>\n"}, "through rondo/kernel/xsimd.hpp"),
    ({"include/rondo/run/a.hpp": "#include <xtl/xspan.hpp>\n"}, "through rondo/model/xtensor.hpp"),
    ({"tests/unit/run/a.cpp": "#include <xtensor/xview.hpp>\n"}, "through rondo/model/xtensor.hpp"),
    ({"examples/a.hpp": "#include <xtensor/xview.hpp>\n"}, "through rondo/model/xtensor.hpp"),
    ({"include/rondo/kernel/a.hpp": "#include <rondo/model/model.hpp>\n"}, "kernel includes model"),
    ({"include/rondo/cell/a.hpp": "#include <rondo/kernel/executable.hpp>\n"}, "cell includes kernel"),
    ({"include/rondo/time/a.hpp": "#include <rondo/kernel/simd.hpp>\n"}, "time includes kernel"),
    ({"include/rondo/locate/a.hpp": "#include <rondo/kernel/simd.hpp>\n"}, "locate includes kernel"),
    ({"include/rondo/sequence/a.hpp": "#include <rondo/exec/workspace.hpp>\n"}, "sequence includes exec"),
    ({"include/rondo/io/a.hpp": "#include <rondo/run/bptt.hpp>\n"}, "io includes run"),
    ({"include/rondo/stack/a.hpp": "#include <rondo/train/sgd.hpp>\n"}, "stack includes train"),
    ({"include/rondo/run/a.hpp": "#include <rondo/train/adam.hpp>\n"}, "run includes train"),
    ({"include/rondo/run/a.hpp": "#include <rondo/stack/layer.hpp>\n"}, "run includes stack"),
    ({"include/rondo/train/a.hpp": "#include <rondo/stack/layer.hpp>\n"}, "train includes stack"),
    ({"include/rondo/stack/a.hpp": "#include <rondo/check/gradient_check.hpp>\n"}, "stack includes check"),
    ({"include/rondo/run/a.hpp": '#include "model.hpp"\n'}, "model.hpp"),
    ({"include/rondo/io/a.hpp": "#include <unistd.h>\n"}, "io must not include unistd.h"),
    ({"include/rondo/io/a.hpp": "#include <sys/stat.h>\n"}, "io must not include sys/stat.h"),
    ({"include/rondo/misplaced/a.hpp": ""}, "misplaced is no room of include/"),
    ({"include/rondo/lang/a.hpp": ""}, "lang is no room of include/"),
]


def may_include(root, path, name):
    """Whether the header `path` may include `name`, which is no room of Rondo's."""
    if POSIX.fullmatch(name):
        return path.endswith(WITH_SYSTEM_CALLS)
    standard = re.fullmatch(r"[a-z_]+", name) or name in BELOW_ALL
    if root == "dsl":
        return standard or name.startswith("boost/hana")
    return standard or not name.startswith("rondo/") and "/" in name


def breaches(tree, _):
    for file in [p for r in ("dsl", "include", "tests", "examples") for p in sorted((tree / r).rglob("*.?pp"))]:
        for name in INCLUDE.findall(file.read_text()):
            wrapper = WRAPPED.get(name.split("/")[0])
            if wrapper and not file.as_posix().endswith(wrapper):
                yield f"{file.relative_to(tree)} must include {name} through {wrapper}"
    for root in ("dsl", "include"):
        for header in sorted((tree / root / "rondo").glob("*/**/*.hpp")):
            room = header.relative_to(tree / root / "rondo").parts[0]
            path = header.relative_to(tree).as_posix()
            if room not in BELOW or (room in DSL) != (root == "dsl"):
                yield f"{path}: {room} is no room of {root}/"
                continue
            for name in INCLUDE.findall(header.read_text()):
                parts = name.split("/")
                if parts[0] == "rondo" and len(parts) > 2:
                    if parts[1] != room and parts[1] not in BELOW[room]:
                        yield f"{path}: {room} includes {parts[1]} ({name})"
                elif not may_include(root, path, name):
                    yield f"{path}: {room} must not include {name}"
