#pragma once
/// @file
/// Random numbers that are the same everywhere.
///
/// The standard fixes the numbers of its engines but not those of its distributions, so two standard
/// libraries would initialise a model differently from the same seed.

#include <rondo/namespaces.hpp>

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>

namespace rondo::inline RONDO_ISA {

/// A sequence of random numbers, determined by its seed on every platform.
class random_numbers {
   public:
    /// Starts the sequence of a seed.
    explicit random_numbers(std::uint64_t seed) : engine_(seed) {}

    /// A number in [0, 1), uniformly distributed: a multiple of 2^-53, from the upper 53 bits of the engine.
    double uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
    /// A number in [-limit, limit), uniformly distributed.
    double uniform(double limit) { return limit * (2 * uniform() - 1); }
    /// A number of the standard normal distribution (Box and Muller 1958), from two uniform ones.
    /// Its last bit depends on the C library's logarithm and cosine.
    double normal()
    {
        double const radius = std::sqrt(-2 * std::log(1 - uniform()));  // 1 - u is never 0
        return radius * std::cos(2 * std::numbers::pi * uniform());
    }

   private:
    std::mt19937_64 engine_;
};

}  // namespace rondo::inline RONDO_ISA
