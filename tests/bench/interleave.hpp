#pragma once
/// @file
/// Times contestants in turn, A B A B ..., so that a change of the clock rate or a
/// neighbour's work affects all of them.

#include "contestant.hpp"
#include "median.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <thread>
#include <vector>

namespace rondo::bench {

/// How long to measure.
struct budget {
    double seconds = 1;    ///< approximate total for all contestants, if repetitions is 0
    int repetitions = 0;   ///< rounds
    bool threads = false;  ///< whether contestants use threads, which must go to sleep and wake up
    bool warm = false;     ///< whether a call that is not timed goes before long calls too
};

/// Medians over the rounds; of a variant that was left out, the best of a few calls.
struct timing {
    std::string peer;
    std::string variant;
    elapsed time;
    int rounds;                    ///< 0 if left out
    int calls;                     ///< in each round
    double backward_over_forward;  ///< 0 if not known
};

namespace detail {

/// A contestant and its times.
struct entrant {
    competitor* who;
    elapsed best{HUGE_VAL, HUGE_VAL};  ///< microseconds of a call
    int calls = 1;
    int calls_before = 0;  ///< calls before, which are not timed
    std::vector<double> wall{};
    std::vector<double> cpu{};
};

// Microseconds.
inline constexpr double block = 2000;               // calls are bundled up to this
inline constexpr double block_of_threads = 20'000;  // or, with several threads, up to this
inline constexpr double threads_stop = 10'000;      // OpenMP's threads spin after their work
inline constexpr double threads_start = 60'000;     // until the system has given each thread its core
inline constexpr double long_call = 5000;  // its state of the caches does not depend on the call before
inline constexpr double very_long_call = 50'000;
inline constexpr double hopeless = 1.3;  // times the fastest variant of the same peer

/// Whether a variant is clearly not the fastest of its peer.
inline bool is_slow(entrant const& e, std::vector<entrant> const& all)
{
    return std::ranges::any_of(all, [&](entrant const& other) {
        return other.who->peer() == e.who->peer() && e.best.cpu > hopeless * other.best.cpu;
    });
}

}  // namespace detail

/// Measures; slow variants of a peer are left out after a few calls.
inline std::vector<timing> interleave(std::vector<competitor*> const& field, budget const& b)
{
    using namespace detail;
    std::vector<entrant> all;
    for (competitor* const c : field) {
        all.push_back({c});
        for (int i = 0; i < 2 || (i < 5 && all.back().best.wall < very_long_call); ++i) {
            elapsed const once = c->repeat(1);
            elapsed& best = all.back().best;
            best = {std::min(best.wall, once.wall), std::min(best.cpu, once.cpu)};
        }
    }
    std::vector<timing> timings;
    std::erase_if(all, [&, before = all](entrant const& e) {
        bool const slow = is_slow(e, before);
        if (slow) {
            timings.push_back({e.who->peer(), e.who->variant(), e.best, 0, 0, 0});
        }
        return slow;
    });
    double round = 0;
    for (entrant& e : all) {
        double const bundle = b.threads ? block_of_threads : block;
        e.calls = static_cast<int>(std::clamp(bundle / e.best.wall, 1.0, 1e6));
        if (b.threads) {
            e.calls_before = static_cast<int>(std::max(1.0, threads_start / e.best.wall));
            round += threads_stop;
        } else {
            e.calls_before = b.warm || e.best.wall < long_call ? 1 : 0;
        }
        round += e.best.wall * (e.calls_before + e.calls);
    }
    int const rounds = b.repetitions > 0 ? b.repetitions
                                         : static_cast<int>(std::clamp(1e6 * b.seconds / round, 5.0, 2000.0));
    for (int i = 0; i < rounds; ++i) {
        for (entrant& e : all) {
            if (b.threads) {
                std::this_thread::sleep_for(std::chrono::duration<double, std::micro>(threads_stop));
            }
            if (e.calls_before > 0) {
                e.who->repeat(e.calls_before);  // loads its data into the caches, wakes its threads
            }
            elapsed const time = e.who->repeat(e.calls);
            e.wall.push_back(time.wall);
            e.cpu.push_back(time.cpu);
        }
    }
    for (entrant const& e : all) {
        timings.push_back({e.who->peer(),
                           e.who->variant(),
                           {median(e.wall), median(e.cpu)},
                           rounds,
                           e.calls,
                           e.who->backward_over_forward()});
    }
    return timings;
}

}  // namespace rondo::bench
