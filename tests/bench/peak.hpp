#pragma once
/// @file
/// The limits of the core: its rate of multiply-adds, the bandwidth of repeated reads of the weights, and
/// its rate of evaluating the functions of gates.

#include "contestant.hpp"

#include <rondo/kernel/functions.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

namespace rondo::bench {

using namespace exec_internal;

/// Chains of fused multiply-adds in registers, enough to hide the latency: two a
/// cycle with a latency of four or five cycles need ten chains. It is timed like the contestants
/// and in turn with them, at the same clock rate and with the same neighbours.
class fma_peak final : public local_contestant {
   public:
    fma_peak() : local_contestant("peak", "") {}
    tensors results() override { return {}; }

   private:
    static constexpr int rounds = 10'000;
    static constexpr std::size_t chains = register_count == 32 ? 20 : 12;

   public:
    /// Floating-point operations of one repetition.
    static constexpr double operations = 2.0 * rounds * chains * static_cast<double>(simd<float>::size);

   private:
    void once() override
    {
        float volatile const shrink = 0.999F;
        float volatile const shift = 0.001F;
        simd<float> const a(shrink);
        simd<float> const b(shift);
        std::array<simd<float>, chains> sums;
        sums.fill(b);
        for (int i = 0; i < rounds; ++i) {
            [&]<std::size_t... C>(std::index_sequence<C...>) RONDO_INLINE_LAMBDA {
                ((sums[C] = sums[C] * a + b), ...);
            }(std::make_index_sequence<chains>{});
        }
        simd<float> total = sums[0];
        for (std::size_t c = 1; c < chains; ++c) {
            total += sums[c];
        }
        kept_ = sum_lanes(total);
    }

    float volatile kept_ = 0;
};

/// Reads as many floats as there are weights, repeatedly and in alternating directions, as Rondo
/// does for a single sequence, from the smallest cache that holds them.
class read_peak final : public local_contestant {
   public:
    explicit read_peak(std::size_t floats)
        : local_contestant("read", ""), data_(std::max<std::size_t>(1, floats / block) * block, 1.0F)
    {
    }
    tensors results() override { return {}; }

    /// Bytes of one repetition. It reads only full blocks of vectors, so this may be a little less than
    /// requested.
    [[nodiscard]] double floats_read() const { return rounds * static_cast<double>(data_.size()); }

   private:
    static constexpr int rounds = 8;
    static constexpr std::size_t at_once = 8;
    static constexpr std::size_t block = at_once * simd<float>::size;

    void once() override
    {
        std::array<simd<float>, at_once> sums;
        sums.fill(simd<float>(0.0F));
        for (int r = 0; r < rounds; ++r) {
            std::size_t const blocks = data_.size() / block;
            for (std::size_t i = 0; i < blocks; ++i) {
                float const* const from = data_.data() + (r % 2 == 0 ? i : blocks - 1 - i) * block;
                [&]<std::size_t... I>(std::index_sequence<I...>) RONDO_INLINE_LAMBDA {
                    ((sums[I] += simd<float>::load_aligned(from + I * simd<float>::size)), ...);
                }(std::make_index_sequence<at_once>{});
            }
        }
        simd<float> total = sums[0];
        for (std::size_t i = 1; i < at_once; ++i) {
            total += sums[i];
        }
        kept_ = sum_lanes(total);
    }

    aligned_vector<float> data_;
    float volatile kept_ = 0;
};

/// Evaluates the logistic function and the hyperbolic tangent of numbers in the first-level cache.
class function_peak final : public local_contestant {
    static constexpr int rounds = 16;
    static constexpr std::size_t numbers = 1024;

   public:
    /// Function evaluations of one repetition, half of them of each kind.
    static constexpr double functions = 2.0 * rounds * numbers;

    function_peak() : local_contestant("functions", "")
    {
        for (std::size_t i = 0; i < numbers; ++i) {
            data_[i] = 4.0F * static_cast<float>(i) / static_cast<float>(numbers) - 2.0F;
        }
    }
    tensors results() override { return {}; }

   private:
    void once() override
    {
        for (int r = 0; r < rounds; ++r) {
            for (std::size_t i = 0; i < numbers; i += simd<float>::size) {
                auto const x = simd<float>::load_aligned(data_.data() + i);
                apply<op::sigmoid, float>(x, x).store_aligned(data_.data() + numbers + i);
                apply<op::tanh, float>(x, x).store_aligned(data_.data() + 2 * numbers + i);
            }
        }
        kept_ = data_[numbers] + data_[2 * numbers];
    }

    aligned_vector<float> data_ = aligned_vector<float>(3 * numbers);
    float volatile kept_ = 0;
};

}  // namespace rondo::bench
