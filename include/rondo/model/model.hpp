#pragma once
/// @file
/// A cell with sizes and parameters.

#include <rondo/model/parameters.hpp>
#include <rondo/model/xtensor.hpp>

#include <array>
#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// The number of states of a cell.
template <class Cell>
inline constexpr std::size_t state_count = compiled<Cell>::shapes.states.size();

}  // namespace rondo::inline RONDO_ISA::exec_internal

namespace rondo::inline RONDO_ISA {

/// The states of a cell: tensors of shape (batch, dimension of the state), in the order of the step's
/// arguments. A scalar state has one column.
template <class Cell, class T>
using states_of = std::array<xt::xtensor<T, 2>, exec_internal::state_count<Cell>>;

/// A cell bound to sizes, and its parameters in numbers of type @p T (float or double).
///
/// @code
/// model<gru> m{input{28}, hidden{128}};
/// model<gru, float, fixed<input, 1>, fixed<hidden, 40>> small{};  // sizes as constants
/// @endcode
///
/// Every dimension of the cell must get one size, either in the list @p Fixed or in the constructor.
/// Parameters are zero until they are set, see initialize.hpp.
template <class Cell, class T = float, class... Fixed>
class model {
   public:
    using cell_type = Cell;                                   ///< the step
    using value_type = T;                                     ///< of the parameters
    using sizes_type = exec_internal::sizes<Cell, Fixed...>;  ///< of the dimensions

    /// @throws std::invalid_argument if a size is zero.
    template <dimension_name... D>
    explicit model(D... bound) : sizes_(bound...), parameters_(sizes_)
    {
    }

    /// The sizes of the dimensions.
    [[nodiscard]] sizes_type const& bound() const noexcept { return sizes_; }
    /// The parameters, all in one buffer.
    rondo::parameters<Cell, T>& parameters() noexcept { return parameters_; }
    [[nodiscard]] rondo::parameters<Cell, T> const& parameters() const noexcept { return parameters_; }

    /// A view of a parameter by its dotted name: `m["f.W"_s]`.
    template <class Name>
    decltype(auto) operator[](Name name)
    {
        return parameters_[name];
    }
    template <class Name>
    decltype(auto) operator[](Name name) const
    {
        return parameters_[name];
    }

    /// States of zeros for @p batch sequences.
    [[nodiscard]] states_of<Cell, T> zero_states(std::size_t batch) const
    {
        states_of<Cell, T> s;
        for (std::size_t k = 0; k < s.size(); ++k) {
            auto const n =
                static_cast<std::size_t>(sizes_[ir_internal::compiled<Cell>::shapes.states[k].rows]);
            s[k] = xt::zeros<T>({batch, n});
        }
        return s;
    }

   private:
    sizes_type sizes_;
    rondo::parameters<Cell, T> parameters_;
};

}  // namespace rondo::inline RONDO_ISA
