#pragma once
/// @file
/// How many multiply-adds the core can do: what all figures are a fraction of.

#include "contestant.hpp"

#include <rondo/kernel/vector.hpp>

#include <array>
#include <cstddef>
#include <utility>

namespace rondo::bench {

/// Chains of fused multiply-adds in registers, enough of them that each waits for nobody: two a
/// cycle with a latency of four or five cycles want ten chains. It is timed like the contestants
/// and in turn with them, so that it sees the same clock rate and the same neighbours.
class fma_peak final : public local_contestant {
   public:
    fma_peak() : local_contestant("peak", "") {}
    tensors results() override { return {}; }

   private:
    static constexpr int rounds = 10'000;
    static constexpr std::size_t chains = vector_registers<float> == 32 ? 20 : 12;

   public:
    /// Floating-point operations of one repetition.
    static constexpr double operations =
        2.0 * rounds * chains * static_cast<double>(batch<float>::size);

   private:
    void once() override
    {
        float volatile const shrink = 0.999F;
        float volatile const shift = 0.001F;
        batch<float> const a(shrink);
        batch<float> const b(shift);
        std::array<batch<float>, chains> sums;
        sums.fill(b);
        for (int i = 0; i < rounds; ++i) {
            [&]<std::size_t... C>(std::index_sequence<C...>) RONDO_INLINE_LAMBDA
            {
                ((sums[C] = sums[C] * a + b), ...);
            }
            (std::make_index_sequence<chains>{});
        }
        batch<float> total = sums[0];
        for (std::size_t c = 1; c < chains; ++c) {
            total += sums[c];
        }
        kept_ = xsimd::hadd(total);
    }

    float volatile kept_ = 0;
};

}  // namespace rondo::bench
