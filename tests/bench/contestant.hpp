#pragma once
/// @file
/// A contestant of the benchmark, and how it is timed.

#include "tensors.hpp"

#include <chrono>
#include <ctime>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rondo::bench {

/// Elapsed microseconds.
struct elapsed {
    double wall = 0;
    double cpu = 0;  ///< of all threads of the process; less noisy if others use the core too
};

/// Reads both clocks.
class stopwatch {
   public:
    /// The time since construction.
    [[nodiscard]] elapsed read() const
    {
        elapsed const now = clocks();
        return {now.wall - start_.wall, now.cpu - start_.cpu};
    }

   private:
    static elapsed clocks()
    {
        std::timespec cpu{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
        auto const wall = std::chrono::steady_clock::now().time_since_epoch();
        return {std::chrono::duration<double, std::micro>(wall).count(),
                1e6 * static_cast<double>(cpu.tv_sec) + 1e-3 * static_cast<double>(cpu.tv_nsec)};
    }

    elapsed start_ = clocks();
};

/// An implementation that is timed.
class competitor {
   public:
    /// Variants of one peer have the same @p peer; the fastest of them counts.
    competitor(std::string peer, std::string variant) : peer_(std::move(peer)), variant_(std::move(variant))
    {
    }
    competitor(competitor const&) = delete;
    competitor& operator=(competitor const&) = delete;
    virtual ~competitor() = default;

    [[nodiscard]] std::string const& peer() const { return peer_; }
    [[nodiscard]] std::string const& variant() const { return variant_; }

    /// The time of @p calls repetitions in a row, divided by @p calls.
    virtual elapsed repeat(int calls) = 0;
    /// The ratio of backward to forward time in the repetitions so far; 0 if not known.
    [[nodiscard]] virtual double backward_over_forward() const { return 0; }

   private:
    std::string peer_;
    std::string variant_;
};

/// An implementation that solves a problem in numbers of type @p T repeatedly.
template <class T>
class contestant_of : public competitor {
   public:
    using competitor::competitor;
    /// Its results for the problem.
    virtual tensors_of<T> results() = 0;
    /// The largest difference from Rondo's results that is accepted, relative to a tensor's largest entry.
    [[nodiscard]] virtual double tolerance() const { return sizeof(T) == sizeof(float) ? 1e-4 : 1e-9; }
};

using contestant = contestant_of<float>;
using contestants = std::vector<std::unique_ptr<contestant>>;

/// A contestant in this process.
template <class T>
class local_contestant_of : public contestant_of<T> {
   public:
    using contestant_of<T>::contestant_of;
    elapsed repeat(int calls) override
    {
        restore();
        stopwatch const watch;
        for (int i = 0; i < calls; ++i) {
            once();
        }
        elapsed const e = watch.read();
        return {e.wall / calls, e.cpu / calls};
    }

   protected:
    /// One repetition.
    virtual void once() = 0;
    /// Restores the data that repetitions change; not timed.
    virtual void restore() {}
};

using local_contestant = local_contestant_of<float>;

}  // namespace rondo::bench
