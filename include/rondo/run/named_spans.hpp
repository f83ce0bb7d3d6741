#pragma once
/// @file
/// The outputs of one step of a stream, by name.

#include <rondo/model/step_sequences.hpp>

#include <array>
#include <cstddef>
#include <span>

namespace rondo::inline RONDO_ISA {

/// The outputs of one step of a stream of a cell that has several, by name: `y["policy"_s]`.
template <class Cell, class T>
class named_spans {
   public:
    /// Refers to the outputs.
    explicit named_spans(
        std::array<std::span<T const>, exec_internal::step_outputs_of<Cell>::count> const& all) noexcept
        : spans_(all)
    {
    }
    /// The output of a name, (voices, features). A name that the cell does not have does not compile.
    template <class Name>
    std::span<T const> operator[](Name) const noexcept
    {
        return spans_[exec_internal::step_has_sequence<exec_internal::step_outputs_of<Cell>, Name>::index];
    }

   private:
    std::array<std::span<T const>, exec_internal::step_outputs_of<Cell>::count> spans_;
};

}  // namespace rondo::inline RONDO_ISA
