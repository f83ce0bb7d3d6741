#pragma once
/// @file
/// Notices that parameters have changed.
///
/// backward() needs the parameters of forward(). An optimiser that updates them in between gives a gradient
/// that is wrong and looks right.

#include <rondo/model/parameters.hpp>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace rondo::inline RONDO_ISA::exec_internal {

/// A hash of some or all entries of each parameter of a cell. It allocates nothing.
template <class Cell, class T>
class parameter_fingerprint {
   public:
    /// Takes the hashes of @p p: of the first, the middle and the last entry of each parameter, or of @p all
    /// entries, which reads every parameter.
    void take(parameters<Cell, T> const& p, bool all)
    {
        all_ = all;
        for (std::size_t i = 0; i < p.count; ++i) {
            hashes_[i] = hash(p.entries(i));
        }
    }
    /// Compares @p p, of the shapes of take(). A change of one hashed entry is always noticed; changes of
    /// several are missed with a probability of 2^-64.
    /// @throws std::logic_error naming the first parameter that has changed.
    void check(parameters<Cell, T> const& p) const
    {
        for (std::size_t i = 0; i < p.count; ++i) {
            if (hash(p.entries(i)) != hashes_[i]) {
                throw std::logic_error(
                    "rondo: the parameter '" + std::string(p.info(i).name.view()) +
                    "' has changed since forward(): backward() needs the parameters of the "
                    "forward run; update them after backward()");
            }
        }
    }

   private:
    using bits = std::conditional_t<std::same_as<T, float>, std::uint32_t, std::uint64_t>;

    [[nodiscard]] std::uint64_t hash(std::span<T const> entries) const
    {
        std::uint64_t h = 0;
        if (!all_) {
            h = add(h, entries.front());
            h = add(h, entries[entries.size() / 2]);
            return add(h, entries.back());
        }
        for (T const& entry : entries) {
            h = add(h, entry);
        }
        return h;
    }
    /// One-to-one in @p h and in @p entry, so that no single change is lost. The factor is 2^64 divided by
    /// the golden ratio (Knuth 1973, section 6.4).
    static std::uint64_t add(std::uint64_t h, T entry)
    {
        h = (h ^ std::bit_cast<bits>(entry)) * 0x9e3779b97f4a7c15U;
        return h ^ (h >> 32);
    }

    std::array<std::uint64_t, parameters<Cell, T>::count + 1> hashes_{};
    bool all_ = false;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
