#pragma once
/// @file
/// The gradient with respect to the parameters of a cell.

#include <rondo/model/parameters.hpp>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Whether a parameter of a cell has a gradient. The message names the cell and spells the name.
template <class Cell, class Name>
struct parameter_is_trained {
    /// The index of the parameter.
    static constexpr std::size_t index = cell_has_parameter<Cell, Name>::index;
    static_assert(index >= compiled<Cell>::shapes.parameters.size() ||
                      !compiled<Cell>::shapes.parameters[index].is_constant,
                  "this is a constant of the cell, which is not trained: no gradient with respect to it is "
                  "computed");
    static constexpr bool value = true;
};

}  // namespace rondo::inline RONDO_ISA::exec_internal

namespace rondo::inline RONDO_ISA {

/// The gradient with respect to the parameters of a model, in their shapes. It has no entries for constants:
/// their names do not compile, and entries(i) of one is empty.
template <class Cell, class T>
class parameter_gradients : public parameters<Cell, T> {
   public:
    /// Gradients of zeros, for @p bound sizes of the cell's dimensions.
    template <class... Fixed>
    explicit parameter_gradients(exec_internal::sizes<Cell, Fixed...> const& bound)
        : parameters<Cell, T>(bound, false)
    {
    }
    /// Gradients without entries, of parameters that are frozen. Views by name throw std::logic_error.
    static parameter_gradients without_entries() { return parameter_gradients(); }

    /// A view of a gradient by the name of the parameter, see parameters. The name of a constant does not
    /// compile.
    /// @throws std::logic_error if the parameters are frozen, so that their gradient is not computed.
    template <class Name>
    decltype(auto) operator[](Name name)
    {
        static_assert(exec_internal::parameter_is_trained<Cell, Name>::value);
        return parameters<Cell, T>::operator[](name);
    }
    template <class Name>
    decltype(auto) operator[](Name name) const
    {
        static_assert(exec_internal::parameter_is_trained<Cell, Name>::value);
        return parameters<Cell, T>::operator[](name);
    }

   private:
    parameter_gradients() = default;
};

}  // namespace rondo::inline RONDO_ISA
