#pragma once
/// @file
/// The result of a measurement, and its output as a line of JSON and as a row of the table.

#include "interleave.hpp"
#include "machine.hpp"
#include "peak.hpp"
#include "problem.hpp"
#include "table.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rondo::bench {

enum class clock_kind { wall, cpu };

/// The names of the peers, in the order of the columns.
inline constexpr std::array<std::string_view, 6> peer_names{"onednn",   "hand",        "torch",
                                                            "rtneural", "neuralaudio", "neuralaudio fast"};

/// Whether a peer computes the cell to rounding, and not an approximation of it.
constexpr bool is_exact(std::string_view peer) { return peer != "neuralaudio fast"; }

/// One measurement: Rondo, the core's peak and the peers, by name. Times are microseconds of a
/// sequence, or of a time step where the mode says so.
struct measurement {
    problem const* of;
    clock_kind clock;
    std::map<std::string, timing, std::less<>> by_peer{};  ///< the fastest variant of each
    std::vector<timing> slower{};                          ///< the other variants
    double difference = 0;                                 ///< the largest from a peer's results
    double floats_read = 0;                                ///< by one repetition of "read"

    measurement(problem const& p, clock_kind clock_to_use, std::vector<timing> timings, double floats)
        : of(&p), clock(clock_to_use), floats_read(floats)
    {
        for (timing& t : timings) {
            if (t.rounds == 0) {
                slower.push_back(t);
                continue;
            }
            auto const [at, is_new] = by_peer.try_emplace(t.peer, t);
            if (!is_new) {
                if (reading(t.time) < reading(at->second.time)) {
                    std::swap(at->second, t);
                }
                slower.push_back(t);
            }
        }
    }

    [[nodiscard]] double reading(elapsed const& e) const
    {
        return clock == clock_kind::wall ? e.wall : e.cpu;
    }
    /// Microseconds of Rondo or a peer.
    [[nodiscard]] double time_of(std::string_view peer) const
    {
        return reading(by_peer.find(peer)->second.time) / unit();
    }
    /// The speed of Rondo relative to a peer.
    [[nodiscard]] double ratio(std::string_view peer) const { return time_of(peer) / time_of("rondo"); }
    [[nodiscard]] bool has(std::string_view peer) const { return by_peer.contains(peer); }
    [[nodiscard]] double gflops() const { return 1e-3 * of->operations() / time_of("rondo"); }
    /// The peak of the cores in use.
    [[nodiscard]] double peak_gflops() const
    {
        double const one = 1e-3 * fma_peak::operations / reading(by_peer.at("peak").time);
        return cores() * one;
    }
    /// Gigabytes a second at which one thread can read weights.
    [[nodiscard]] double read_gbytes() const
    {
        return 1e-3 * sizeof(float) * floats_read / reading(by_peer.at("read").time);
    }
    /// Microseconds of a function in one thread.
    [[nodiscard]] double function_time() const
    {
        return reading(by_peer.at("functions").time) / function_peak::functions;
    }
    /// A lower bound on the time: all multiply-adds at the core's peak plus the functions, which use the same
    /// units, at their own speed; the loop takes at least the time of reading its weights in every step.
    [[nodiscard]] double limit() const
    {
        double const passes = (trains(of->mode) ? 2 : 1) * (is_per_step(of->mode) ? 1 : of->steps());
        double const weights = passes * of->step_by_step();
        double const reading_them = 1e-3 * sizeof(float) * weights / read_gbytes();
        double const multiplying = 2e-3 * weights * static_cast<double>(of->sizes.batch) / peak_gflops();
        double const functions = of->all_functions() * function_time() / cores();
        return 1e-3 * of->operations() / peak_gflops() + functions +
               std::max(0.0, reading_them - multiplying - functions);
    }
    /// The ratio to the fastest exact peer; 0 if there is none.
    [[nodiscard]] double best_ratio() const
    {
        double best = 0;
        for (auto const& peer : peer_names) {
            if (has(peer) && is_exact(peer)) {
                best = best == 0 ? ratio(peer) : std::min(best, ratio(peer));
            }
        }
        return best;
    }

    [[nodiscard]] nlohmann::ordered_json json() const
    {
        auto const& w = of->sizes;
        auto const& mine = by_peer.at("rondo");
        nlohmann::ordered_json j{{"cell", name(of->cell)},
                                 {"workload", w.name},
                                 {"shape", {w.steps, w.batch, w.inputs, w.hidden}},
                                 {"mode", name(of->mode)},
                                 {"threads", of->threads},
                                 {"clock", clock == clock_kind::wall ? "wall" : "cpu"},
                                 {"per", is_per_step(of->mode) ? "step" : "sequence"},
                                 {"microseconds", mine.time.wall / unit()},
                                 {"cpu_microseconds", mine.time.cpu / unit()},
                                 {"gflops", gflops()},
                                 {"peak_gflops", peak_gflops()},
                                 {"peak_fraction", gflops() / peak_gflops()},
                                 {"read_gbytes", read_gbytes()},
                                 {"function_nanoseconds", 1e3 * function_time()},
                                 {"limit_fraction", limit() / time_of("rondo")},
                                 {"rounds", mine.rounds},
                                 {"calls", mine.calls},
                                 {"peers", nlohmann::ordered_json::object()}};
        j["machine"] = machine_facts();
        if (mine.backward_over_forward > 0) {
            j["backward_over_forward"] = mine.backward_over_forward;
        }
        for (auto const& peer : peer_names) {
            if (has(peer)) {
                timing const& t = by_peer.find(peer)->second;
                j["peers"][std::string(peer)] = {{"variant", t.variant},
                                                 {"microseconds", t.time.wall / unit()},
                                                 {"cpu_microseconds", t.time.cpu / unit()},
                                                 {"ratio", ratio(peer)}};
            }
        }
        for (timing const& t : slower) {
            j["slower_variants"][t.peer + " " + t.variant] = t.time.wall / unit();
        }
        if (best_ratio() > 0) {
            j["best_ratio"] = best_ratio();
            j["largest_difference"] = difference;
        }
        return j;
    }

   private:
    /// Processor time is the sum over all threads.
    [[nodiscard]] double cores() const { return clock == clock_kind::cpu ? 1 : of->threads; }
    [[nodiscard]] double unit() const { return is_per_step(of->mode) ? of->steps() : 1; }
};

/// The head of the table of measurements.
inline table::row heading()
{
    table::row row{"cell",    "workload", "mode",    "threads",     "µs",
                   "GFLOP/s", "% peak",   "% limit", "back/forward"};
    row.insert(row.end(), peer_names.begin(), peer_names.end());
    row.emplace_back("over best");
    return row;
}

/// A row of it. A peer's cell has its time and the ratio.
inline table::row row_of(measurement const& m)
{
    auto const& p = *m.of;
    table::row row{std::string(name(p.cell)),
                   p.sizes.name,
                   std::string(name(p.mode)) + (is_per_step(p.mode) ? " (a step)" : ""),
                   std::to_string(p.threads),
                   digits(m.time_of("rondo")),
                   digits(m.gflops()),
                   digits(100 * m.gflops() / m.peak_gflops()),
                   digits(100 * m.limit() / m.time_of("rondo"))};
    double const back = m.by_peer.at("rondo").backward_over_forward;
    row.push_back(back > 0 ? fixed_digits(back) : "");
    for (auto const& peer : peer_names) {
        row.push_back(m.has(peer) ? digits(m.time_of(peer)) + " ×" + fixed_digits(m.ratio(peer)) : "");
    }
    row.push_back(m.best_ratio() > 0 ? "×" + fixed_digits(m.best_ratio()) : "");
    return row;
}

}  // namespace rondo::bench
