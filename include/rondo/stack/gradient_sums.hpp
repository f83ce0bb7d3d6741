#pragma once
/// @file
/// The gradients of the inputs of layers by name, which are sums over the layers that take an input.

#include <rondo/lang/names.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/stack/carrying.hpp>
#include <rondo/stack/layer.hpp>
#include <rondo/stack/layer_inputs.hpp>
#include <rondo/stack/named_inputs.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

namespace rondo::inline RONDO_ISA::stack_internal {

/// The derivatives of a loss with respect to the inputs of layers, by name: `g.input["gap"_s]`, each of the
/// shape of the input, and without entries if a layer that takes it leaves it out.
template <class T, class... Input>
class named_gradients {
   public:
    /// Refers to an array for each input.
    explicit named_gradients(typename Input::template array<T> const&... arrays) : arrays_(arrays...) {}
    /// The derivative with respect to the input of a name. A name that no layer takes does not compile.
    template <class Name>
    auto const& operator[](Name) const
    {
        constexpr bool is_there = has_input<type_list<Input...>, Name>;
        static_assert(is_there, "no layer takes an input of this name from named(...)");
        return std::get < is_there ? type_list<typename Input::name_type...>::template index_of<Name>
                                   : 0 > (arrays_);
    }

   private:
    std::tuple<typename Input::template array<T> const&...> arrays_;
};

/// The result of backward() of layers whose inputs have names.
template <class T, class... Input>
struct named_input_gradient {
    named_gradients<T, Input...> input;  ///< by name, valid until the next call of the layers
};

/// Makes the result of backward() of layers with these inputs.
template <class T, class Inputs>
struct input_gradients_of;
template <class T, class First>
struct input_gradients_of<T, input_list<false, First>> {
    /// The gradient of the one input.
    template <class F>
    static input_gradient<T> make(xt::xtensor<T, 3> const& first, F const&)
    {
        return {first};
    }
};
template <class T, class First, class... Other>
struct input_gradients_of<T, input_list<true, First, Other...>> {
    /// The gradients by name. `other(name)` gives a reference to that of an input.
    template <class F>
    static named_input_gradient<T, First, Other...> make(xt::xtensor<T, 3> const& first, F const& other)
    {
        return {named_gradients<T, First, Other...>(first, other(typename Other::name_type{})...)};
    }
};

/// The gradient of the first input of a layer, in the result of its backward().
template <class L, class Result>
auto const& first_gradient(Result const& g)
{
    if constexpr (inputs_of_layer<L>::are_named) {
        return g.input[typename inputs_of_layer<L>::first::name_type{}];
    } else {
        return g.input;
    }
}

/// Adds up the gradients of the inputs of layers by name. One that a layer leaves out has no entries.
template <class T, class Inputs>
class gradient_sums {
    using all = typename Inputs::all;

   public:
    /// Begins with nothing.
    void start() { sums_.fill(sum::empty); }
    /// Adds the gradients of all inputs of @p L but the first, in the result of its backward().
    template <class L, class Result>
    void add(Result const& g)
    {
        for_each_other<L>([&]<class Name>(Name name) { add_one(name, g.input[name]); });
    }
    /// Adds the gradients in the result @p g of backward() of layer @p I of layers that follow each other,
    /// and returns that of the first input of all of them. `before(dx)` calls backward() of the layers
    /// before, which returns it; it is not called if layer @p I leaves dx out.
    template <std::size_t I, class... L, class Result, class F>
    xt::xtensor<T, 3> const& pass(std::tuple<L...> const& layers, Result const& g, F const& before)
    {
        using layer = std::tuple_element_t<I, std::tuple<L...>>;
        using first_name = typename Inputs::first::name_type;
        add<layer>(g);
        if (!gives_input_gradient(std::get<I>(layers))) {
            [&]<std::size_t... J>(std::index_sequence<J...>) {
                (leave_out<std::tuple_element_t<J, std::tuple<L...>>>(), ...);
            }(std::make_index_sequence<I>{});
            return left_out_.template get<first_name>();
        }
        auto const& dx = first_gradient<layer>(g);
        if constexpr (I > 0) {
            return before(dx);
        } else if constexpr (has_input<other_inputs<inputs_of_layer<L>...>, first_name>) {
            add_one(first_name{}, dx);
            return (*this)[first_name{}];
        } else {
            return dx;
        }
    }
    /// Adds @p g to the gradient of one input. If layers go back over different numbers of steps, the last
    /// steps are aligned.
    template <class Name, class Array>
    void add_one(Name, Array const& g)
    {
        sum& is = sums_[index_of<Name>];
        Array& to = arrays_.template get<Name>();
        if (g.size() == 0 || is == sum::left_out) {
            is = sum::left_out;
        } else if (is == sum::empty) {
            to.resize(g.shape());
            std::copy(g.begin(), g.end(), to.begin());
            is = sum::begun;
        } else if (to.shape() == g.shape()) {
            std::transform(to.begin(), to.end(), g.begin(), to.begin(), std::plus<>{});
        } else if constexpr (std::is_same_v<Array, xt::xtensor<T, 3>>) {
            add_last_steps(Array(to), g, to);
        }
    }
    /// The gradient of one input.
    template <class Name>
    auto const& operator[](Name) const
    {
        return sums_[index_of<Name>] == sum::begun ? arrays_.template get<Name>()
                                                   : left_out_.template get<Name>();
    }

   private:
    enum class sum : std::uint8_t { empty, begun, left_out };

    template <class Name>
    static constexpr std::size_t index_of = [] {
        return []<class... Input>(type_list<Input...>) {
            return type_list<typename Input::name_type...>::template index_of<Name>;
        }(all{});
    }();
    template <class L>
    void leave_out()
    {
        for_each_other<L>([&]<class Name>(Name) { sums_[index_of<Name>] = sum::left_out; });
    }
    template <class L, class F>
    static void for_each_other(F const& f)
    {
        [&]<class... Input>(type_list<Input...>) {
            (f(typename Input::name_type{}), ...);
        }(typename inputs_of_layer<L>::others{});
    }

    arrays_by_name<T, all> arrays_;
    arrays_by_name<T, all> left_out_;  // stay empty
    std::array<sum, Inputs::count> sums_{};
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
