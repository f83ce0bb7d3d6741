#pragma once
/// @file
/// A cell with sizes and parameters.

#include <rondo/model/model_contents.hpp>
#include <rondo/model/named_states.hpp>
#include <rondo/model/parameters.hpp>
#include <rondo/model/xtensor.hpp>

#include <array>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <memory>
#include <stdexcept>

namespace rondo::inline RONDO_ISA::exec_internal {

template <class Cell, class T, class... Fixed>
class model_reference;

}  // namespace rondo::inline RONDO_ISA::exec_internal

namespace rondo::inline RONDO_ISA {

/// A cell bound to sizes, and its parameters in numbers of type @p T (float or double).
///
/// @code
/// model<gru> m{input{28}, hidden{128}};
/// model<gru, float, fixed<input, 1>, fixed<hidden, 40>> small{};  // sizes as constants
/// @endcode
///
/// Every dimension of the cell must get one size, either in the list @p Fixed or in the constructor.
/// Parameters are zero until they are set, see initialize.hpp, or have the first_value that the cell gives
/// them.
///
/// A model is a handle to its sizes and parameters. The runs that refer to it (bptt, truncated_bptt) own them
/// together with it: a model may be moved, and may be destroyed before its runs. A copy has parameters of its
/// own.
template <class Cell, class T = float, class... Fixed>
class model {
    static_assert(std::same_as<T, float> || std::same_as<T, double>,
                  "a model computes in float or double: model<cell>, model<cell, double>");

   public:
    using cell_type = Cell;                                   ///< the step
    using value_type = T;                                     ///< of the parameters
    using sizes_type = exec_internal::sizes<Cell, Fixed...>;  ///< of the dimensions

    /// @throws input_error if a size is zero or larger than memory can be.
    template <dimension_name... D>
    explicit model(D... bound) : contents_(std::make_shared<contents_type>(sizes_type(bound...)))
    {
    }

    /// Rejected: sizes without the names of their dimensions.
    template <class... N>
        requires(std::integral<N> || ...)
    explicit model(N...)
    {
        static_assert(lang_internal::never<N...>,
                      "sizes are bound by the names of dimensions: model<cell>{input{28}, hidden{128}}");
    }

    /// Copies sizes and parameters.
    /// @throws std::logic_error if @p other was moved from.
    model(model const& other) : contents_(copy_of(*other.owned_contents())) {}
    /// Takes sizes and parameters. Runs that refer to @p other refer to this model then. @p other can only be
    /// assigned to or destroyed.
    model(model&& other) noexcept = default;
    ~model() = default;

    /// Copies the parameters of @p other. The runs that refer to this model use them in their next call, so
    /// the sizes must be equal if there are any. Without runs the sizes are copied, too.
    /// @throws input_error if the sizes differ and a run refers to this model: nothing has changed then;
    ///         std::logic_error if @p other was moved from.
    model& operator=(model const& other)
    {
        std::shared_ptr<contents_type> const& from = other.owned_contents();
        if (!has_runs()) {
            contents_ = from == contents_ ? from : copy_of(*from);
        } else if (from != contents_) {
            contents_->assign(*from);
        }
        return *this;
    }
    /// Takes the sizes and parameters of @p other, which can only be assigned to or destroyed then. The runs
    /// that refer to this model, and those that refer to @p other, refer to the same parameters afterwards:
    /// objects that hold a model and its run can be assigned to each other, member by member.
    /// @throws input_error if the sizes differ and a run refers to this model but none to @p other: nothing
    ///         has changed then; std::logic_error if @p other was moved from. If runs refer to both models
    ///         and sizes differ, the next call of a run that referred to this model throws std::logic_error.
    model& operator=(model&& other)
    {
        std::shared_ptr<contents_type> const from = other.owned_contents();
        if (from == contents_) {
            return *this;
        }
        if (!has_runs()) {
            contents_ = from;
        } else if (other.contents_.use_count() > 2) {  // from, other and runs
            contents_->successor = from;
            contents_ = from;
        } else {
            contents_->assign(*from);
        }
        other.contents_ = nullptr;
        return *this;
    }

    /// The sizes of the dimensions.
    [[nodiscard]] sizes_type const& bound() const noexcept { return contents().bound; }
    /// The parameters, all in one buffer.
    rondo::parameters<Cell, T>& parameters() noexcept { return contents().parameters; }
    [[nodiscard]] rondo::parameters<Cell, T> const& parameters() const noexcept
    {
        return contents().parameters;
    }

    /// A view of a parameter by its dotted name: `m["f.W"_s]`.
    template <class Name>
    decltype(auto) operator[](Name name)
    {
        return parameters()[name];
    }
    template <class Name>
    decltype(auto) operator[](Name name) const
    {
        return parameters()[name];
    }

    /// States of zeros for @p batch sequences.
    /// @throws input_error if they are larger than memory can be.
    [[nodiscard]] states_of<Cell, T> zero_states(std::size_t batch) const
    {
        bound().check_rows("zero_states", 1, static_cast<std::ptrdiff_t>(batch));
        states_of<Cell, T> s;
        for (std::size_t k = 0; k < s.size(); ++k) {
            exec_internal::resize_array(
                s[k], exec_internal::extents_of_state<Cell>(bound(), k, static_cast<std::ptrdiff_t>(batch)));
            s[k].fill(T(0));
        }
        return s;
    }

   private:
    using contents_type = exec_internal::model_contents<Cell, T, Fixed...>;
    /// Runs own the contents through it.
    friend class exec_internal::model_reference<Cell, T, Fixed...>;

    static std::shared_ptr<contents_type> copy_of(contents_type const& from)
    {
        return std::make_shared<contents_type>(from.bound, from.parameters);
    }
    /// Whether runs own the contents together with this model.
    [[nodiscard]] bool has_runs() const noexcept { return contents_.use_count() > 1; }
    [[nodiscard]] std::shared_ptr<contents_type> const& owned_contents() const
    {
        if (contents_ == nullptr) {
            throw std::logic_error(
                "rondo: this model was moved from; assign a model to it before it is used");
        }
        return contents_;
    }
    [[nodiscard]] contents_type& contents() const noexcept
    {
        assert(contents_ != nullptr && "this model was moved from");
        return *contents_;
    }

    std::shared_ptr<contents_type> contents_;
};

}  // namespace rondo::inline RONDO_ISA
