#pragma once
/// @file
/// Sequences of different lengths: padded arrays, lists, and each sequence alone.

#include "report.hpp"
#include "run_checks.hpp"
#include "sample.hpp"

#include <rondo/lang/names.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/sequence_views.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace rondo::random_cells {

/// Steps @p begin to @p end of @p count sequences from @p b on.
template <class Array>
Array piece_of(Array const& x, std::size_t b, std::size_t begin, std::size_t end, std::size_t count = 1)
{
    auto shape = x.shape();
    shape[0] = end - begin;
    shape[1] = count;
    Array out;
    out.resize(shape);
    for (std::size_t t = begin; t < end; ++t) {
        std::copy_n(row_of(x, t, b), count * row_size(x, 2), row_of(out, t - begin, 0));
    }
    return out;
}

/// The rows @p which of per-sequence inputs or states.
template <class Array>
Array rows_of(Array const& x, std::vector<std::size_t> const& which)
{
    auto shape = x.shape();
    shape[0] = which.size();
    Array out;
    out.resize(shape);
    for (std::size_t i = 0; i < which.size(); ++i) {
        std::copy_n(row_of(x, which[i]), row_size(x, 1), row_of(out, i));
    }
    return out;
}
template <class Cell>
states_of<Cell, double> rows_of(states_of<Cell, double> const& s, std::vector<std::size_t> const& which)
{
    states_of<Cell, double> out;
    for (std::size_t k = 0; k < s.size(); ++k) {
        out[k] = rows_of(s[k], which);
    }
    return out;
}

/// Steps @p begin to @p end of sequence @p b of all inputs.
template <class Cell>
inputs_of<Cell, double> inputs_of_piece(inputs_of<Cell, double> const& x, std::size_t b, std::size_t begin,
                                        std::size_t end)
{
    inputs_of<Cell, double> out;
    for (std::size_t k = 0; k < step_inputs_of<Cell>::count; ++k) {
        nth_array(out, k) = piece_of(nth_array(x, k), b, begin, end);
    }
    if constexpr (step_inputs_of<Cell>::per_sequence_count > 0) {
        for (std::size_t k = 0; k < step_inputs_of<Cell>::per_sequence_count; ++k) {
            out.per_sequence(k) = rows_of(x.per_sequence(k), {b});
        }
    }
    return out;
}

/// Input @p K as a list of sequences of @p lengths: (time, dimensions of the input).
template <std::size_t K, class Cell>
auto list_of(inputs_of<Cell, double> const& x, std::vector<std::size_t> const& lengths)
{
    constexpr auto rank = std::max(1, step_inputs_of<Cell>::list[K].shape.rank());
    auto const& all = nth_array(x, K);
    std::vector<xt::xtensor<double, 1 + static_cast<std::size_t>(rank)>> out(lengths.size());
    for (std::size_t b = 0; b < lengths.size(); ++b) {
        auto shape = out[b].shape();
        std::copy(all.shape().begin() + 2, all.shape().end(), shape.begin() + 1);
        shape[0] = lengths[b];
        out[b].resize(shape);
        for (std::size_t t = 0; t < lengths[b]; ++t) {
            std::copy_n(row_of(all, t, b), row_size(all, 2), row_of(out[b], t));
        }
    }
    return out;
}
/// The inputs as lists of sequences of @p lengths, as a caller gives them.
template <class Cell>
auto lists_of(inputs_of<Cell, double> const& x, std::vector<std::size_t> const& lengths)
{
    using inputs = step_inputs_of<Cell>;
    if constexpr (inputs::are_named) {
        return [&]<std::size_t... K, std::size_t... P>(std::index_sequence<K...>, std::index_sequence<P...>) {
            return named((exec_internal::sequence_name<inputs, K>{} = list_of<K, Cell>(x, lengths))...,
                         (exec_internal::per_sequence_name<inputs, P>{} = x.per_sequence(P))...);
        }(std::make_index_sequence<inputs::count>{}, std::make_index_sequence<inputs::per_sequence_count>{});
    } else {
        return list_of<0, Cell>(x, lengths);
    }
}

/// Adds the tensors @p part to @p sum.
inline void add_to(tensors& sum, tensors const& part)
{
    if (sum.empty()) {
        sum = part;
        return;
    }
    for (std::size_t i = 0; i < sum.size(); ++i) {
        for (std::size_t j = 0; j < sum[i].entries.size(); ++j) {
            sum[i].entries[j] += part.at(i).entries.at(j);
        }
    }
}
/// The gradients with respect to parameters among all.
template <class Cell>
tensors of_parameters(tensors const& all)
{
    return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(rondo::parameters<Cell, double>::count)};
}

/// Sequences of different lengths: a list gives the bits of a padded array, and each sequence gives what it
/// gives alone.
template <class Cell>
void check_lengths(report& to, sample<Cell, double> with)
{
    std::vector<std::size_t> const lengths{4, run_steps, 1};
    bptt run{with.m};
    auto const arguments = [&] {
        auto out = start_of<Cell, double>(with.initial);
        out.lengths = lengths;
        return out;
    };
    for (std::size_t k = 0; k < step_outputs_of<Cell>::count; ++k) {
        for (std::size_t b = 0; b < run_batch; ++b) {  // not read
            for (std::size_t t = lengths[b]; t < run_steps; ++t) {
                std::fill_n(row_of(nth_array(with.dy, k), t, b), row_size(nth_array(with.dy, k), 2),
                            std::nan(""));
            }
        }
    }
    auto const padded = forward_and_backward(run, with, with.x, arguments());
    auto const listed = forward_and_backward(run, with, lists_of<Cell>(with.x, lengths),
                                             start_of<Cell, double>(with.initial));
    to.compare("list", listed.all(), padded.all(), 0);

    tensors sum;
    for (std::size_t b = 0; b < run_batch; ++b) {
        auto const& y = run.forward(with.x, arguments());
        tensors expected;
        for (std::size_t k = 0; k < step_outputs_of<Cell>::count; ++k) {
            expected.push_back(test::tensor_of("output", piece_of(nth_array(y, k), b, 0, lengths[b])));
        }
        expected = together(expected,
                            states_as_tensors<Cell, double>(rows_of<Cell>(run.final_states(), {b}), "final"));
        auto const& g = run.backward(with.dy, {.final = with.dfinal});
        auto const g_of_x = inputs_of_piece<Cell>(g.input, b, 0, lengths[b]);
        test::append_sequences<step_inputs_of<Cell>, double>(expected, "gradient of input", g_of_x);
        expected =
            together(expected, states_as_tensors<Cell, double>(rows_of<Cell>(g.initial, {b}), "initial"));

        bptt alone{with.m};
        auto const initial = rows_of<Cell>(with.initial, {b});
        tensors found = outputs_as_tensors<Cell, double>(
            alone.forward(inputs_of_piece<Cell>(with.x, b, 0, lengths[b]), start_of<Cell, double>(initial)));
        found = together(found, states_as_tensors<Cell, double>(alone.final_states(), "final"));
        auto const dfinal = rows_of<Cell>(with.dfinal, {b});
        outputs_of<Cell, double> dy;
        for (std::size_t k = 0; k < step_outputs_of<Cell>::count; ++k) {
            nth_array(dy, k) = piece_of(nth_array(with.dy, k), b, 0, lengths[b]);
        }
        auto const& own = alone.backward(dy, {.final = dfinal});
        test::append_sequences<step_inputs_of<Cell>, double>(found, "gradient of input", own.input);
        found = together(found, states_as_tensors<Cell, double>(own.initial, "initial"));
        to.compare("sequence alone", found, expected, rounding);
        add_to(sum, of_parameters<Cell>(test::tensors_of<Cell, double>(own)));
    }
    to.compare("sum over sequences", sum, of_parameters<Cell>(padded.gradients), rounding);
}

}  // namespace rondo::random_cells
