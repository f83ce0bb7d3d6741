#pragma once
/// @file
/// The peers of the rows that others publish, as far as they are built in.

#include "biquad.hpp"
#include "diagonal.hpp"
#include "ode.hpp"

#include <utility>
#include <vector>

namespace rondo::bench {

// Functions that adapters export.
#define RONDO_BENCH_TOOL_ENTRIES(tool)                                \
    diagonal_contestant tool##_contestant(diagonal_problem const& p); \
    ode_contestant tool##_contestant(ode_problem const& p);
RONDO_BENCH_TOOL_ENTRIES(manual)
RONDO_BENCH_TOOL_ENTRIES(codipack)
RONDO_BENCH_TOOL_ENTRIES(adept)
RONDO_BENCH_TOOL_ENTRIES(adolc)
#undef RONDO_BENCH_TOOL_ENTRIES

/// Appends GradBench's own program if it is built in, and for a gradient the tools of automatic
/// differentiation that are. The values alone are the same code in all of them.
template <class Contestant, class Problem>
void append_tools(std::vector<Contestant>& all, Problem const& p, [[maybe_unused]] bool with_manual)
{
#ifdef RONDO_BENCH_MANUAL
    if (with_manual) {
        all.push_back(manual_contestant(p));
    }
#endif
    if (!p.gradient) {
        return;
    }
#ifdef RONDO_BENCH_CODIPACK
    all.push_back(codipack_contestant(p));
#endif
#ifdef RONDO_BENCH_ADEPT
    all.push_back(adept_contestant(p));
#endif
#ifdef RONDO_BENCH_ADOLC
    all.push_back(adolc_contestant(p));
#endif
}

/// Rondo and its peers on a problem.
inline std::vector<diagonal_contestant> field_of(diagonal_problem const& p)
{
    std::vector<diagonal_contestant> all;
    all.push_back(rondo_diagonal(p));
    if (!p.gradient) {
        all.push_back(hand_diagonal(p));
    }
    append_tools(all, p, true);
    return all;
}
inline std::vector<ode_contestant> field_of(ode_problem const& p)
{
    std::vector<ode_contestant> all;
    all.push_back(rondo_ode(p));
    if (!p.gradient) {
        all.push_back(hand_ode(p));
    }
    append_tools(all, p, !p.gradient);  // the gradient of `manual` is that of the exact solution
    return all;
}
inline std::vector<biquad_contestant> field_of(biquad_problem const& p)
{
    std::vector<biquad_contestant> all;
    all.push_back(rondo_biquad(p));
    all.push_back(hand_biquad(p));
    return all;
}

}  // namespace rondo::bench
