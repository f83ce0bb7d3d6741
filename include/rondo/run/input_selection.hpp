#pragma once
/// @file
/// Says of which inputs a run computes the gradient.

#include <rondo/error/input_error.hpp>
#include <rondo/model/model.hpp>
#include <rondo/model/step_sequences.hpp>
#include <rondo/pass/find_stage_results.hpp>

namespace rondo::inline RONDO_ISA::exec_internal {

namespace detail {

/// Its address stands for the cell at run time.
template <class Cell>
inline constexpr char mark_of_cell{};

}  // namespace detail

/// The inputs whose gradients a run computes: all of them, none, or those that inputs_named() names.
class input_selection {
   public:
    /// All inputs, or none.
    constexpr input_selection(bool all) noexcept : inputs_(all) {}  // NOLINT: an option
    /// Some inputs of a cell.
    template <class Cell>
    static constexpr input_selection of_cell(input_set inputs) noexcept
    {
        input_selection some = false;
        some.inputs_ = inputs;
        some.cell_ = &detail::mark_of_cell<Cell>;
        return some;
    }

    /// The inputs, for a run of @p Cell.
    /// @throws input_error if they were named for another cell.
    template <class Cell>
    [[nodiscard]] constexpr input_set inputs_of() const
    {
        if (cell_ != nullptr && cell_ != &detail::mark_of_cell<Cell>) {
            exec_internal::reject("run_options::input_gradient", "inputs of the cell of this run",
                                  "inputs_named() for another cell");
        }
        return inputs_;
    }
    /// Whether there are any.
    constexpr explicit operator bool() const noexcept { return bool{inputs_}; }

   private:
    input_set inputs_;
    char const* cell_ = nullptr;  // null for all or none
};

}  // namespace rondo::inline RONDO_ISA::exec_internal

namespace rondo::inline RONDO_ISA {

/// The inputs with these names, for run_options::input_gradient of a run of @p Cell. A name that the cell
/// does not have does not compile.
template <class Cell, class... Name>
constexpr exec_internal::input_selection inputs_named(Name...)
{
    using inputs = exec_internal::step_inputs_of<Cell>;
    exec_internal::input_set some = false;
    (some.insert(exec_internal::step_has_sequence<inputs, Name>::number), ...);
    return exec_internal::input_selection::of_cell<Cell>(some);
}
/// The inputs with these names, for a run of @p m:
///
/// @code
/// bptt run{m, {.input_gradient = inputs_named(m, "x"_s, "gap"_s)}};
/// @endcode
template <class Cell, class T, class... Fixed, class... Name>
constexpr exec_internal::input_selection inputs_named(model<Cell, T, Fixed...> const&, Name... names)
{
    return inputs_named<Cell>(names...);
}

}  // namespace rondo::inline RONDO_ISA
