#pragma once
/// @file
/// Which targets of a loss count.

#include <rondo/sequence/array_shape.hpp>

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <type_traits>

namespace rondo::inline RONDO_ISA {

/// A mask of targets, or none: an array of bool or of numbers, of shape (time, batch) or (time, batch,
/// features), which is zero where a target is missing. It refers to the array, so it is for arguments only
/// and not to be stored.
class mask_view {
   public:
    /// No mask: every target counts.
    mask_view() = default;
    /// Refers to @p mask, an xtensor container, view or expression.
    template <class M>
        requires(!std::same_as<std::remove_cvref_t<M>, mask_view>) && requires(M const& m) { m(0, 0, 0); }
    mask_view(M const& mask)  // NOLINT: an argument
        : object_(std::addressof(mask)),
          shape_(mask),
          counts_([](void const* object, std::ptrdiff_t t, std::ptrdiff_t b, std::ptrdiff_t i) {
              M const& m = *static_cast<M const*>(object);
              auto const entry = m.dimension() == 2 ? m(t, b) : m(t, b, i);
              return std::not_equal_to{}(entry, std::remove_cvref_t<decltype(entry)>(0));
          })
    {
    }

    /// Whether target @p i of step @p t of sequence @p b counts.
    [[nodiscard]] bool operator()(std::ptrdiff_t t, std::ptrdiff_t b, std::ptrdiff_t i = 0) const
    {
        return counts_ == nullptr || counts_(object_, t, b, i);
    }
    /// Checks that the mask, if there is one, has the shape of the targets. @p features is 0 for targets
    /// without features.
    /// @throws input_error if the shapes differ, or the mask was moved from.
    void check(std::ptrdiff_t steps, std::ptrdiff_t batch, std::ptrdiff_t features) const
    {
        bool const has_features = features > 0 && shape_.dimensions() == 3;
        if (counts_ == nullptr || ((shape_.dimensions() == 2 || has_features) && shape_[0] == steps &&
                                   shape_[1] == batch && (!has_features || shape_[2] == features))) {
            shape_.check_entries("the mask");
            return;
        }
        exec_internal::reject("the mask",
                              exec_internal::concat("shape (time = ", steps, ", batch = ", batch,
                                                    features > 0 ? ") or that with features" : ")"),
                              shape_.text());
    }

   private:
    void const* object_ = nullptr;
    exec_internal::array_shape shape_{};
    bool (*counts_)(void const*, std::ptrdiff_t t, std::ptrdiff_t b, std::ptrdiff_t i) = nullptr;
};

}  // namespace rondo::inline RONDO_ISA
