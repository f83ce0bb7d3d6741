// Compiled once for each tool of GradBench, whose file is included with its main() renamed. Each is a shared
// library that exports one function, because the tools define the same names.

#include "ode.hpp"

#include "gradbench_tool.hpp"

#define main gradbench_main
#include RONDO_BENCH_TOOL
#undef main

#include <memory>

namespace rondo::bench {

[[gnu::visibility("default")]] ode_contestant RONDO_BENCH_ENTRY(ode_problem const& p)
{
    ode::Input const input{p.x, p.steps};
    if (p.gradient) {
        return std::make_unique<tool_run<Gradient>>(RONDO_BENCH_PEER, "gradient", input);
    }
    return std::make_unique<tool_run<ode::Primal>>(RONDO_BENCH_PEER, "values", input);
}

}  // namespace rondo::bench
