"""Builds the programs of this folder with the address and the undefined-behaviour sanitizer, and runs them.

clang 16 compiles them unoptimised, which takes seconds a file; g++ 12 takes minutes, and its address
sanitizer does not see the masked loads of AVX-512. So the programs are compiled for AVX2 at most. They call
most public functions, so they also show that the headers give users no warning. Several files are one unit
for the compiler, as they instantiate the library for the same cells; so the names of their helpers differ.

Exit status 77, which meson counts as skipped, if the compiler or its sanitizers are missing.

  run.py BUILD [FILE.cpp ...]    all files of the folder if none is named
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent.parent))
from compiler import CLANG, USER_WARNINGS, Compiler

SKIPPED = 77
HERE = Path(__file__).parent
TREE = HERE.parent.parent
FILES_OF_A_UNIT = 4
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
OPTIONS = {
    "ASAN_OPTIONS": "detect_stack_use_after_return=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
    "ASAN_SYMBOLIZER_PATH": shutil.which("llvm-symbolizer-16") or shutil.which("addr2line") or "",
}


def sanitizers_link(compiler, folder):
    """Whether a program can be built: the runtime of the sanitizers is a package of its own."""
    result = compiler.run(TREE, *SANITIZERS, "-xc++", "-", "-o", folder / "empty", text="int main() {}\n")
    return result.returncode == 0


def main(build, *files):
    if shutil.which(CLANG) is None:
        print(f"skipped: {CLANG} is missing; .ci/packages lists it")
        return SKIPPED
    compiler = Compiler(build).as_clang()
    if platform.machine() == "x86_64" and "avx512f" in Path("/proc/cpuinfo").read_text():
        compiler.flags.append("-march=x86-64-v3")
    sources = [Path(f).resolve() for f in files] or sorted(HERE.glob("*.cpp"))
    units = [sources[i : i + FILES_OF_A_UNIT] for i in range(0, len(sources), FILES_OF_A_UNIT)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not sanitizers_link(compiler, folder):
            print("skipped: the sanitizers of clang are missing; .ci/packages lists libclang-rt-16-dev")
            return SKIPPED

        def build_object(unit):
            to = folder / f"{unit[0].stem}.o"
            text = "".join(f'#include "{source}"\n' for source in unit)
            flags = ("-O0", "-g1", "-D_GLIBCXX_ASSERTIONS", *USER_WARNINGS, "-Werror", f"-I{TREE / 'tests'}")
            result = compiler.run(TREE, *SANITIZERS, *flags, "-xc++", "-c", "-", "-o", to, text=text)
            return to, result

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            built = list(pool.map(build_object, [[TREE / "tests/main.cpp"], *units]))
        failed = [result.stderr for _, result in built if result.returncode]
        program = folder / "misuse"
        if not failed:
            objects = [to for to, _ in built]
            result = compiler.run(TREE, *SANITIZERS, *objects, "-o", program)
            failed = [result.stderr] if result.returncode else []
        if failed:
            print("\n".join(failed))
            return 1
        return subprocess.run([program], env={**OPTIONS, **os.environ}).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
