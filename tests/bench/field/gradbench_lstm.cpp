// Compiled once for each tool of GradBench, whose file is included with its main() renamed. Each is a shared
// library that exports one function, because the tools define the same names.

#include "diagonal.hpp"

#include "gradbench_tool.hpp"

#define main gradbench_main
#include RONDO_BENCH_TOOL
#undef main

#include <memory>

namespace rondo::bench {
namespace {

lstm::Input input_of(diagonal_problem const& p)
{
    return {static_cast<int>(p.layers),
            static_cast<int>(p.steps),
            static_cast<int>(p.features),
            p.main,
            p.extra,
            p.state,
            p.text};
}

}  // namespace

[[gnu::visibility("default")]] diagonal_contestant RONDO_BENCH_ENTRY(diagonal_problem const& p)
{
    if (p.gradient) {
        return std::make_unique<tool_run<Jacobian>>(RONDO_BENCH_PEER, "gradient", input_of(p));
    }
    return std::make_unique<tool_run<lstm::Objective>>(RONDO_BENCH_PEER, "loss", input_of(p));
}

}  // namespace rondo::bench
