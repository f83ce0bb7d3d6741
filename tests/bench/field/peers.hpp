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
#define RONDO_BENCH_TOOL_ENTRIES(tool)                              \
    diagonal_contestant tool##_diagonal(diagonal_problem const& p); \
    ode_contestant tool##_ode(ode_problem const& p);
RONDO_BENCH_TOOL_ENTRIES(manual)
RONDO_BENCH_TOOL_ENTRIES(codipack)
RONDO_BENCH_TOOL_ENTRIES(adept)
RONDO_BENCH_TOOL_ENTRIES(adolc)
#undef RONDO_BENCH_TOOL_ENTRIES

/// Rondo and its peers on a problem. The loss alone is the same code in all tools.
inline std::vector<diagonal_contestant> field_of(diagonal_problem const& p)
{
    std::vector<diagonal_contestant> all;
    all.push_back(rondo_diagonal(p));
    if (!p.gradient) {
        all.push_back(hand_diagonal(p));
    }
#ifdef RONDO_BENCH_MANUAL
    all.push_back(manual_diagonal(p));
#endif
#ifdef RONDO_BENCH_CODIPACK
    if (p.gradient) {
        all.push_back(codipack_diagonal(p));
    }
#endif
#ifdef RONDO_BENCH_ADEPT
    if (p.gradient) {
        all.push_back(adept_diagonal(p));
    }
#endif
#ifdef RONDO_BENCH_ADOLC
    if (p.gradient) {
        all.push_back(adolc_diagonal(p));
    }
#endif
    return all;
}
inline std::vector<ode_contestant> field_of(ode_problem const& p)
{
    std::vector<ode_contestant> all;
    all.push_back(rondo_ode(p));
    if (!p.gradient) {
        all.push_back(hand_ode(p));
    }
#ifdef RONDO_BENCH_MANUAL
    if (!p.gradient) {  // the tool's gradient is that of the exact solution
        all.push_back(manual_ode(p));
    }
#endif
#ifdef RONDO_BENCH_CODIPACK
    if (p.gradient) {
        all.push_back(codipack_ode(p));
    }
#endif
#ifdef RONDO_BENCH_ADEPT
    if (p.gradient) {
        all.push_back(adept_ode(p));
    }
#endif
#ifdef RONDO_BENCH_ADOLC
    if (p.gradient) {
        all.push_back(adolc_ode(p));
    }
#endif
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
