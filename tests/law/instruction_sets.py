"""Two units for different instruction sets make one safe program, built as docs/instruction_sets.md says.

The files and the commands are the page's: a block of C++ after the comment "file: NAME" is written to NAME,
and each block of sh builds `program`, from unit_v3.o and unit_v4.o, which a later block need not compile again.
Each program is linked once more with the units in the other order. No function of Rondo's may be in both
units. None that both units have, of the standard library for example, may be visible in the program with
instructions of AVX-512. The program must run here, and on an emulated processor without AVX-512.
"""

import os
import re
import shlex
import subprocess
import tempfile
from pathlib import Path

PAGE = "docs/instruction_sets.md"
FILE = re.compile(r"^<!-- file: (\S+) -->\n```cpp\n(.*?)^```$", re.M | re.S)
COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)
LINK = re.compile(r"(\S*train_v3\S*) (\S*train_v4\S*)")
PROCESSOR = ["qemu-x86_64", "-cpu", "Haswell"]

# Both units have zero<float>(), which uses AVX-512 in one of them.
UNIT = """#include <rondo/rondo.hpp>
template <class T> [[gnu::noinline]] void zero(T* to)
{
#ifdef __AVX512F__
    asm volatile("vpxord %%zmm1, %%zmm1, %%zmm1" ::: "xmm1");
#endif
    *to = 0;
}
extern "C" double train(int n) { float a[64]; zero(a); rondo::work(a); return a[n - 1]; }
"""
MAIN = """#include <cstdio>
extern "C" double train_v3(int);
extern "C" double train_v4(int);
int main(int n, char**) { std::printf("%g", __builtin_cpu_supports("avx512f") ? train_v4(n) : train_v3(n)); }
"""
APART = "namespace rondo { static void work(float*) {} }\n"
TOGETHER = "namespace rondo { [[gnu::noinline]] inline void work(float* a) { a[2] = 1; } }\n"
COMPILE = """for level in v3 v4; do
$CXX $CXXFLAGS -O2 -march=x86-64-$level -fPIC -Dtrain=train_$level -c train.cpp -o unit_$level.o
done
"""
PLAINLY = COMPILE.replace("unit_", "train_").replace("done", "cp train_$level.o unit_$level.o\ndone")
PLAINLY += "$CXX main.cpp train_v3.o train_v4.o -o program\n"
VISIBLY = COMPILE.replace("done", "$CXX -shared unit_$level.o -o libtrain_$level.so\ndone")
VISIBLY += "$CXX main.cpp -L. -ltrain_v3 -ltrain_v4 -Wl,-rpath,'$ORIGIN' -o program\n"


def page(commands):
    files = [("train.cpp", UNIT), ("main.cpp", MAIN)]
    blocks = [f"<!-- file: {name} -->\n```cpp\n{text}```\n" for name, text in files]
    return "".join(blocks) + f"```sh\n{commands}```\n"


BROKEN = [
    ({PAGE: page(commands), "include/rondo/rondo.hpp": header}, fragment)
    for commands, header, fragment in [
        (PLAINLY, APART, "program shares void zero<float>(float*), which has AVX-512: vpxord"),
        (PLAINLY, APART, "does not run on an emulated processor"),
        (VISIBLY, APART, "libtrain_v4.so shares void zero<float>(float*), which has AVX-512"),
        (PLAINLY, TOGETHER, "both units have rondo::work(float*)"),
        (PLAINLY.replace("x86-64-$level", "x86-64-v3"), APART, "unit_v4.o has no AVX-512"),
        ("exit 3\n", APART, "ends with 3"),
    ]
] + [({PAGE: "no commands\n"}, "has no commands")]  # fmt: skip


def run(command, folder, **options):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, **options)


def plain(name):
    """The name as C++ writes it."""
    return subprocess.run(["c++filt", name], capture_output=True, text=True).stdout.strip()


def shared_names(file, *arguments):
    """What a file defines for other files."""
    lines = run(["nm", "--defined-only", "--extern-only", *arguments, file], None, check=True).stdout
    return {line.split()[-1].split("@")[0] for line in lines.splitlines() if line}


def wide_functions(file):
    """Functions with AVX-512 instructions, and the first of them.

    They start with the prefix EVEX, 62 in hexadecimal, or have a mask register.
    """
    found = {}
    name = None
    for line in run(["objdump", "--disassemble", "--wide", file], None, check=True).stdout.splitlines():
        if start := re.fullmatch(r"[0-9a-f]+ <(.*)>:", line):
            name = start[1].split("@")[0]
        parts = line.split("\t")
        if len(parts) > 2 and (parts[1].startswith("62 ") or re.search(r"%k[0-7]\b", parts[2])):
            found.setdefault(name, " ".join(parts[2].split()))
    return found


def breaches_of(folder, place):
    """What is wrong with a program that stands in the folder."""
    both = shared_names(folder / "unit_v3.o") & shared_names(folder / "unit_v4.o")
    for name in sorted(both):
        if "5rondo" in name:  # the length of the name and the name, as names are mangled
            yield f"{place}: both units have {plain(name)}"
    if not wide_functions(folder / "unit_v4.o"):
        yield f"{place}: unit_v4.o has no AVX-512"
    libraries = sorted(folder.glob("*.so"))
    for file in [folder / "program", *libraries]:
        visible = shared_names(file, *(["--dynamic"] if file in libraries else []))
        wide = wide_functions(file)
        for name in sorted(both & visible & wide.keys()):
            yield f"{place}: {file.name} shares {plain(name)}, which has AVX-512: {wide[name]}"
    for prefix, where in ([], "here"), (PROCESSOR, "on an emulated processor"):
        ended = run([*prefix, folder / "program"], folder)
        if ended.returncode:
            yield f"{place} does not run {where}: {ended.stderr}"


def breaches_of_page(text, folder, environment):
    for file, code in FILE.findall(text):
        (folder / file).write_text(code)
    for match in COMMANDS.finditer(text):
        place = f"{PAGE}:{text.count(chr(10), 0, match.start()) + 2}"
        commands = match[1]
        if "clang" in environment["CXX"]:
            commands = commands.replace(" -fno-gnu-unique", "")
        for file in [folder / "program", *folder.glob("*.so")]:
            file.unlink(missing_ok=True)
        last = commands.splitlines()[-1]
        for script in commands, LINK.sub(r"\2 \1", last):
            built = run(["sh", "-eu", "-c", script], folder, env=environment)
            if built.returncode:
                yield f"{place} ends with {built.returncode}:\n{built.stderr}"
                break
            yield from breaches_of(folder, f"{place}, linked by {script.splitlines()[-1]}")


def breaches(tree, compiler):
    text = (tree / PAGE).read_text()
    if not COMMANDS.search(text):
        return [f"{PAGE} has no commands"]
    cxx, *flags = compiler.flags
    flags = [f for f in flags if not f.startswith("-march")]
    flags += [f"-I{tree / root}" for root in ("include", "dsl")]
    environment = {**os.environ, "CXX": cxx, "CXXFLAGS": shlex.join(flags)}
    with tempfile.TemporaryDirectory() as folder:
        return list(breaches_of_page(text, Path(folder), environment))
