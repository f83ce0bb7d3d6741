#pragma once
/// @file
/// Masks of dropout as a function of the position of an entry.
///
/// A mask from a sequential generator such as random_numbers would have to be stored until backward().
/// A hash of the seed, the draw and the position reproduces the mask at any time, and vectorises.

#include <rondo/namespaces.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace rondo::inline RONDO_ISA {

/// The steps that share a mask.
enum class mask_scope : std::uint8_t {
    step,      ///< each step has its own mask (Srivastava et al. 2014; Zaremba, Sutskever and Vinyals 2014)
    sequence,  ///< all steps of a sequence share a mask (Gal and Ghahramani 2016, "variational")
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::stack_internal {

/// A mask that drops entries independently at random and scales the others to preserve the mean.
class dropout_mask {
   public:
    /// Drops entries with probability @p rate in [0, 1), rounded down to a multiple of 2^-32. Each @p seed
    /// and each number @p draw gives an independent mask.
    dropout_mask(double rate, std::uint64_t seed, std::uint64_t draw, mask_scope each)
        : key_(mixed(mixed(seed) + draw)),
          dropped_below_(static_cast<std::uint32_t>(std::floor(rate * 0x1p32))),
          each_(each)
    {
    }

    /// The factor of the entries that are not dropped: 1 / (1 - rate).
    [[nodiscard]] double scale() const { return 1 / (1 - dropped_below_ * 0x1p-32); }

    /// Applies the mask to the row of step @p t of sequence @p b. A dropped entry becomes zero even if it was
    /// not finite.
    template <class T>
    void apply(std::ptrdiff_t t, std::ptrdiff_t b, T const* from, T* to, std::ptrdiff_t features) const
    {
        std::uint64_t const step = each_ == mask_scope::step ? static_cast<std::uint64_t>(t) : 0;
        std::uint64_t const row = mixed(key_ + (step << 32) + static_cast<std::uint64_t>(b));
        auto const low = static_cast<std::uint32_t>(row);
        auto const high = static_cast<std::uint32_t>(row >> 32);
        T const factor = static_cast<T>(scale());
        T block[lanes] = {};
        for (std::ptrdiff_t i = 0; i < features; i += lanes) {
            std::ptrdiff_t const count = std::min(lanes, features - i);
            if (count == lanes) {
                std::copy_n(from + i, lanes, block);
            } else {
                std::copy_n(from + i, count, block);
            }
            for (std::ptrdiff_t k = 0; k < lanes; ++k) {
                std::uint32_t const drawn = mixed(mixed(static_cast<std::uint32_t>(i + k) ^ low) + high);
                T const kept = block[k] * factor;
                block[k] = drawn < dropped_below_ ? T(0) : kept;
            }
            if (count == lanes) {
                std::copy_n(block, lanes, to + i);
            } else {
                std::copy_n(block, count, to + i);
            }
        }
    }

   private:
    /// Entries at a time. g++ vectorises a loop of constant length over a local array at -O2 too.
    static constexpr std::ptrdiff_t lanes = 16;

    /// A step of SplitMix64 (Steele, Lea and Flood 2014).
    static std::uint64_t mixed(std::uint64_t z)
    {
        z += 0x9e3779b97f4a7c15U;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    }
    /// The finaliser of MurmurHash3 (Appleby 2011). Applied once it would be a permutation of the features,
    /// and the masks of two rows would be parts of one sequence. It is applied twice, with half a key before
    /// each.
    static std::uint32_t mixed(std::uint32_t h)
    {
        h = (h ^ (h >> 16)) * 0x85ebca6bU;
        h = (h ^ (h >> 13)) * 0xc2b2ae35U;
        return h ^ (h >> 16);
    }

    std::uint64_t key_;
    std::uint32_t dropped_below_;
    mask_scope each_;
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
