"""The functions stay right when a compiler may reassociate sums, with g++ and with clang.

-fassociative-math, and -funsafe-math-optimizations, which implies it, let a compiler simplify (x + c) - c.
A function that rounds by such a sum is then wrong, not just less accurate; see kernel/keep_rounding.hpp.
clang defines no macro by which a header could refuse these options.
"""

import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from os import cpu_count
from pathlib import Path

CLANG = "clang++-16"
OPTIONS = ["-fassociative-math -fno-signed-zeros -fno-trapping-math", "-funsafe-math-optimizations"]
PROGRAM = r"""
#include <rondo/kernel/functions.hpp>

#include <cmath>
#include <cstdio>
#include <limits>

using namespace rondo;
using namespace rondo::kernel_internal;

int wrong = 0;

template <op Code, class T, class W>
void compare(char const* name, double low, double high, W (*exact)(W))
{
    double worst = 0;
    double where = 0;
    for (int i = -20'000; i <= 20'000; ++i) {
        // From the middle outwards in factors, so that small arguments and those near one are there too.
        double const middle = low > 0 ? 1 : 0;
        double x = middle + (i < 0 ? low - middle : high - middle) * std::exp2(-std::fabs(i) / 700.0);
        T const argument = static_cast<T>(x);
        T y[simd<T>::size];
        apply<Code, T>(simd<T>(argument), simd<T>(argument)).store_unaligned(y);
        W const right = exact(static_cast<W>(argument));
        W const error = std::fabs(static_cast<W>(y[0]) - right);
        W const unit = std::numeric_limits<T>::epsilon() * std::fabs(right);
        double const units = error == 0 ? 0 : static_cast<double>(error / unit);
        if (!(units <= worst)) {
            worst = units;
            where = x;
        }
    }
    if (!(worst <= 3)) {
        std::printf("%s is off by %g relative roundings at %g\n", name, worst, where);
        wrong = 1;
    }
}

// A function of the C library. With unsafe optimisations g++ would take the instructions of the x87 instead,
// which know only 66 bits of pi.
double called(double (*function)(double), long double (*)(long double), double x)
{
    double (*volatile unknown)(double) = function;
    return unknown(x);
}
long double called(double (*)(double), long double (*function)(long double), long double x)
{
    long double (*volatile unknown)(long double) = function;
    return unknown(x);
}

template <class T, class W>
void compare_all()
{
    compare<op::sigmoid, T, W>("sigmoid", -60, 60, [](W x) { return 1 / (1 + std::exp(-x)); });
    compare<op::tanh, T, W>("tanh", -30, 30, [](W x) { return std::tanh(x); });
    compare<op::exp, T, W>("exp", -60, 88.7, [](W x) { return std::exp(x); });
    compare<op::log, T, W>("log", 1e-30, 1e30, [](W x) { return std::log(x); });
    compare<op::sqrt, T, W>("sqrt", 1e-30, 1e30, [](W x) { return std::sqrt(x); });
    compare<op::sin, T, W>("sin", -1e5, 1e5, [](W x) { return called(::sin, ::sinl, x); });
    compare<op::cos, T, W>("cos", -1e5, 1e5, [](W x) { return called(::cos, ::cosl, x); });
    compare<op::tan, T, W>("tan", -1e5, 1e5, [](W x) { return called(::tan, ::tanl, x); });
    compare<op::expm1, T, W>("expm1", -60, 88.7, [](W x) { return std::expm1(x); });
    compare<op::log1p, T, W>("log1p", -0.99, 1e30, [](W x) { return std::log1p(x); });
    compare<op::erf, T, W>("erf", -7, 7, [](W x) { return std::erf(x); });
    compare<op::pow, T, W>("x to the x", 0.001, 25, [](W x) { return std::pow(x, x); });
    compare<op::softplus, T, W>("softplus", -60, 60, [](W x) { return std::log1p(std::exp(x)); });
}

int main()
{
    compare_all<float, double>();
    compare_all<double, long double>();
    return wrong;
}
"""

# A library whose functions return their argument.
IDENTITY = """#include <cstddef>
namespace rondo::kernel_internal {
enum class op { sigmoid, tanh, exp, log, sqrt, sin, cos, tan, expm1, log1p, softplus, erf, pow };
template <class T> struct simd {
    T value;
    explicit simd(T v) : value(v) {}
    static constexpr std::size_t size = 1;
    void store_unaligned(T* to) const { *to = value; }
};
template <op, class T> simd<T> apply(simd<T> a, simd<T>) { return a; }
}
"""
BROKEN = [
    ({"include/rondo/kernel/functions.hpp": IDENTITY}, "exp is off by"),
    ({"include/rondo/kernel/functions.hpp": IDENTITY}, CLANG),
    ({"include/rondo/kernel/functions.hpp": "#error no functions\n"}, "no functions"),
]


def breaches(tree, compiler):
    if shutil.which(CLANG) is None:
        return [f"{CLANG} is missing; .ci/packages lists it"]
    first = next(i for i, flag in enumerate(compiler.flags) if flag.startswith("-"))
    _, *flags = compiler.as_clang().flags  # both compilers accept them
    flags += ["-O2", *(f"-I{tree / root}" for root in ("include", "dsl"))]
    levels = [[], ["-march=x86-64"]] if "x86_64" in machine_of(compiler) else [[]]

    def complaint(compilers, options, level):
        command = [*compilers, *flags, *options.split(), *level]
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder) / "program"
            built = subprocess.run(
                [*command, "-xc++", "-", "-o", program], input=PROGRAM, capture_output=True, text=True
            )
            ended = built if built.returncode else subprocess.run([program], capture_output=True, text=True)
        said = f"{' '.join([*compilers, options, *level])}:\n{ended.stdout}{ended.stderr}"
        return said if ended.returncode else None

    tried = product([compiler.flags[:first], [CLANG]], OPTIONS, levels)
    with ThreadPoolExecutor(cpu_count()) as pool:
        return list(filter(None, pool.map(lambda t: complaint(*t), tried)))


def machine_of(compiler):
    first = next(i for i, flag in enumerate(compiler.flags) if flag.startswith("-"))
    return subprocess.run(
        [*compiler.flags[:first], "-dumpmachine"], capture_output=True, text=True
    ).stdout
