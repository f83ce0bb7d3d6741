#pragma once
/// @file
/// The arguments of a run or of a layer besides the array.

#include <rondo/lang/names.hpp>
#include <rondo/model/model.hpp>
#include <rondo/sequence/inferred_rows.hpp>
#include <rondo/time/lengths_view.hpp>

#include <optional>
#include <tuple>
#include <type_traits>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Whether named() has all states of a cell, and nothing else. The message shows the names.
template <class Cell, class... Name>
struct named_has_states {
    static_assert((cell_has_state<Cell, Name>::value && ...));
    static_assert(sizeof...(Name) >= state_count<Cell>,
                  "named(...) lacks a state of this cell, which takes all of them");
    static constexpr bool value = sizeof...(Name) == state_count<Cell>;  ///< whether it has
};

/// No states by name.
struct no_named_states {};

}  // namespace rondo::inline RONDO_ISA::exec_internal

namespace rondo::inline RONDO_ISA {

/// Refers to the caller's states, or to none; it has a copy of states by name. It is only for arguments,
/// because it does not own other states.
template <class Cell, class T>
class states_view {
   public:
    /// No states.
    states_view() = default;
    /// Refers to @p s.
    states_view(states_of<Cell, T> const& s) noexcept : states_(&s) {}  // NOLINT: an argument

    /// Copies states by name, all of them in any order: `named("h"_s = h0, "c"_s = c0)`.
    template <class... Named>
    states_view(lang_internal::named_values<Named...> const& s)  // NOLINT: an argument
        requires exec_internal::has_named_states<Cell>
    {
        if constexpr (exec_internal::named_has_states<Cell, typename Named::name_type...>::value) {
            auto& copy = copy_.emplace();
            std::apply([&](auto const&... one) { ((copy[typename Named::name_type{}] = one.value), ...); },
                       s.values);
        }
    }

    /// The states; null if there are none.
    [[nodiscard]] states_of<Cell, T> const* get() const noexcept
    {
        if constexpr (exec_internal::has_named_states<Cell>) {
            return copy_.has_value() ? &*copy_ : states_;
        } else {
            return states_;
        }
    }

   private:
    using copy_type = std::conditional_t<exec_internal::has_named_states<Cell>,
                                         std::optional<states_of<Cell, T>>, exec_internal::no_named_states>;

    states_of<Cell, T> const* states_ = nullptr;
    [[no_unique_address]] copy_type copy_{};
};

/// The arguments of bptt::forward() besides the input: `{.lengths = {9, 5, 7}, .initial = states}`.
template <class Cell, class T>
struct forward_arguments {
    lengths_view lengths{};          ///< steps of each sequence of a padded array; none for all steps
    states_view<Cell, T> initial{};  ///< each (batch, dimension of the state); none for start() or zeros
};

/// The arguments of bptt::infer() besides the input.
template <class Cell, class T>
struct infer_arguments {
    lengths_view lengths{};          ///< steps of each sequence of a padded array; none for all steps
    states_view<Cell, T> initial{};  ///< each (batch, dimension of the state); none for start() or zeros
    output_steps outputs = output_steps::all;  ///< the steps whose outputs are returned
};

/// The arguments of bptt::backward() besides the gradient of the output.
template <class Cell, class T>
struct backward_arguments {
    states_view<Cell, T> final{};  ///< gradient of the final states, each (batch, dimension); none for zeros
};

/// The arguments of the forward() and infer() of a layer besides the input, and of truncated_bptt::forward().
struct layer_arguments {
    lengths_view lengths{};  ///< steps of each sequence; none for all steps
};

}  // namespace rondo::inline RONDO_ISA
