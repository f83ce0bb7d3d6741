#pragma once
/// @file
/// Runs a cell of plain numbers over the sequences of a sample, step by step.

#include "plain_functions.hpp"
#include "report.hpp"
#include "sample.hpp"

#include <rondo/lang/members.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <vector>

namespace rondo::random_cells {

template <class T>
inline constexpr bool is_tensor = false;
template <class... D>
inline constexpr bool is_tensor<plain::tensor<D...>> = true;
template <class T>
inline constexpr bool is_tuple_like = false;
template <class T, std::size_t N>
inline constexpr bool is_tuple_like<std::array<T, N>> = true;
template <class... T>
inline constexpr bool is_tuple_like<std::tuple<T...>> = true;

/// Calls `f(tensor)` for every tensor in a struct that lists its members, in an array, or in a tuple.
template <class Value, class F>
void for_each_tensor(Value& value, F const& f)
{
    using type = std::remove_const_t<Value>;
    if constexpr (is_tensor<type>) {
        f(value);
    } else if constexpr (is_tuple_like<type>) {
        std::apply([&](auto&... one) { (for_each_tensor(one, f), ...); }, value);
    } else {
        [&]<class... Accessor>(boost::hana::tuple<Accessor...> const&) {
            (for_each_tensor(boost::hana::second(Accessor{})(value), f), ...);
        }(boost::hana::accessors<type>());
    }
}

/// The arguments of a step.
template <class Step>
struct step_signature;
template <class Cell, class Result, class Input, class... State>
struct step_signature<Result (Cell::*)(Input, State...) const> {
    using input = Input;
    using states = std::tuple<State...>;
};

/// Sets the dimensions that a cell has to their sizes.
template <class Cell, class Sizes>
void set_extents()
{
    []<class... D>(lang_internal::type_list<D...>) {
        ((plain::extent<D> = Sizes::of(D{})), ...);
    }(lang_internal::dimensions_of<Cell>{});
}

/// Runs @p Plain, whose text is that of @p Cell.
template <class Cell, class Plain>
class plain_run {
   public:
    explicit plain_run(test::random_run<Cell, double> const& with) : with_(with)
    {
        if constexpr (rondo::parameters<Cell, double>::count > 0) {
            std::size_t i = 0;
            for_each_tensor(cell_, [&](auto& p) {
                auto const from = with.m.parameters().entries(i++);
                p.entries.assign(from.begin(), from.end());
            });
        }
    }

    /// The outputs of all steps, and the final states; none if the cell has other lags than the plain one,
    /// because two of them are one state.
    std::optional<tensors> run()
    {
        std::size_t const steps = nth_array(with_.x, 0).shape()[0];
        tensors out = outputs_as_tensors<Cell, double>(with_.dy);
        states_of<Cell, double> final_states = with_.initial;
        for (std::size_t b = 0; b < nth_array(with_.x, 0).shape()[1]; ++b) {
            begin(b);
            for (std::size_t t = 0; t < steps; ++t) {
                if (!step(out, t, b)) {
                    return std::nullopt;
                }
            }
            for (std::size_t k = 0; k < final_states.size(); ++k) {
                auto const& values = k < taken ? states_[k] : plain::past[k - taken];
                double* to = row_of(final_states[k], b);
                for (auto const& one : values) {
                    to = std::copy(one.begin(), one.end(), to);
                }
            }
        }
        return together(out, states_as_tensors<Cell, double>(final_states, "final state"));
    }

   private:
    using signature = step_signature<decltype(&Plain::operator())>;
    static constexpr auto const& shapes = ir_internal::compiled<Cell>::shapes;
    static constexpr std::size_t taken = std::tuple_size_v<typename lang_internal::call_of<Cell>::states>;

    /// The states before the first step of sequence @p b.
    void begin(std::size_t b)
    {
        states_.assign(taken, {});
        plain::past.assign(with_.initial.size() - taken, {});
        for (std::size_t k = 0; k < with_.initial.size(); ++k) {
            auto const delay = static_cast<std::size_t>(shapes.delays[k]);
            std::size_t const size = row_size(with_.initial[k], 1) / delay;
            auto& values = k < taken ? states_[k] : plain::past[k - taken];
            for (std::size_t d = 0; d < delay; ++d) {
                double const* const from = row_of(with_.initial[k], b) + d * size;
                values.emplace_back(from, from + size);
                if (lang_internal::has_start<Cell>) {
                    values.back().assign(size, 0.0);
                }
            }
        }
        if constexpr (lang_internal::has_start<Cell>) {
            set_start(b);
        }
    }
    void set_start(std::size_t b)
    {
        auto const first = [&] {
            if constexpr (requires { cell_.start(); }) {
                return cell_.start();
            } else {
                return cell_.start(input_at(0, b));
            }
        }();
        std::size_t k = 0;
        for_each_tensor(first.states, [&](auto const& s) {
            for (auto& one : states_[k]) {
                one = s.entries;
            }
            ++k;
        });
    }
    typename signature::input input_at(std::size_t t, std::size_t b) const
    {
        typename signature::input in;
        std::size_t sequence = 0;
        std::size_t per_sequence = 0;
        auto const fill = [&]<class Tensor>(Tensor& to, bool is_symbol, double const* from) {
            if (is_symbol) {
                std::fill(to.entries.begin(), to.entries.end(), 0.0);
                to.entries.at(static_cast<std::size_t>(*from)) = 1;
            } else {
                std::copy_n(from, to.entries.size(), to.entries.begin());
            }
        };
        std::size_t member = 0;
        for_each_tensor(in, [&](auto& one) {
            if (is_per_sequence(member++)) {
                if constexpr (step_inputs_of<Cell>::per_sequence_count > 0) {
                    std::size_t const k = per_sequence++;
                    fill(one, step_inputs_of<Cell>::per_sequence_list[k].is_symbol,
                         row_of(with_.x.per_sequence(k), b));
                }
            } else {
                std::size_t const k = sequence++;
                fill(one, step_inputs_of<Cell>::list[k].is_symbol, row_of(nth_array(with_.x, k), t, b));
            }
        });
        return in;
    }
    /// Whether member @p i of the struct of inputs of the cell is per_sequence.
    static bool is_per_sequence(std::size_t i)
    {
        using input = typename lang_internal::call_of<Cell>::input;
        std::vector<bool> all;
        input in{};
        lang_internal::for_each_input(in, [&]<class Member>(Member&, auto const&) {
            all.push_back(lang_internal::is_per_sequence<Member>);
        });
        return all.at(i);
    }
    bool step(tensors& out, std::size_t t, std::size_t b)
    {
        typename signature::states arguments;
        std::size_t k = 0;
        for_each_tensor(arguments, [&](auto& s) { s.entries = states_[k++].front(); });
        plain::lags_of_step = 0;
        auto const after =
            std::apply([&](auto const&... s) { return cell_(input_at(t, b), s...); }, arguments);
        if (plain::lags_of_step != plain::past.size()) {
            return false;
        }
        k = 0;
        auto const states = flattened(after.states);
        for (auto& values : states_) {
            values.erase(values.begin());
            values.push_back(states[k++]);
        }
        auto const outputs = [&] {
            if constexpr (requires { after.outputs(); }) {
                return std::vector<std::vector<double>>(1, states[0]);
            } else {
                return flattened(after.outputs);
            }
        }();
        for (std::size_t i = 0; i < out.size(); ++i) {
            auto const size = outputs[i].size();
            std::size_t const batch = nth_array(with_.x, 0).shape()[1];
            std::copy(outputs[i].begin(), outputs[i].end(),
                      out[i].entries.begin() + static_cast<std::ptrdiff_t>((t * batch + b) * size));
        }
        return true;
    }
    template <class Values>
    static std::vector<std::vector<double>> flattened(Values const& values)
    {
        std::vector<std::vector<double>> out;
        for_each_tensor(values, [&](auto const& one) { out.push_back(one.entries); });
        return out;
    }

    test::random_run<Cell, double> const& with_;
    Plain cell_{};
    std::vector<std::vector<std::vector<double>>> states_{};  // those of the last steps, the oldest first
};

/// The values of a cell beside those of its text with plain numbers.
template <class Cell, class Plain, class Sizes>
void check_plain(report& to, sample<Cell, double>& with)
{
    set_extents<Cell, Sizes>();
    bptt run{with.m};
    auto const found = forward_and_backward(run, with).values;
    if (auto const expected = plain_run<Cell, Plain>(with).run()) {
        to.compare("plain numbers", found, *expected, rounding);
    } else {
        to.skip("plain numbers", "lags of equal values");
    }
}

}  // namespace rondo::random_cells
