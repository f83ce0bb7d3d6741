#pragma once
/// @file
/// Runs that take a sequence in pieces: streams, truncated runs, and episodes in one row.

#include "report.hpp"
#include "sample.hpp"
#include "sequence_checks.hpp"

#include <rondo/cell/with_resets.hpp>
#include <rondo/run/stream.hpp>
#include <rondo/run/truncated_bptt.hpp>

#include <cstddef>
#include <span>
#include <utility>

namespace rondo::random_cells {

/// The rows of step @p t of all inputs, as a stream takes them.
template <class Cell>
auto step_of(inputs_of<Cell, double> const& x, std::size_t t)
{
    using inputs = step_inputs_of<Cell>;
    auto const row = [&](std::size_t k) {
        auto const& one = nth_array(x, k);
        return std::span<double const>(row_of(one, t), row_size(one, 1));
    };
    if constexpr (inputs::are_named) {
        return [&]<std::size_t... K>(std::index_sequence<K...>) {
            return named((exec_internal::sequence_name<inputs, K>{} = row(K))...);
        }(std::make_index_sequence<inputs::count>{});
    } else {
        return row(0);
    }
}

/// Begins the sequences of a stream.
template <class Cell, class... Fixed>
void begin(stream<Cell, double, Fixed...>& live, [[maybe_unused]] inputs_of<Cell, double> const& x,
           [[maybe_unused]] states_of<Cell, double> const& initial)
{
    using inputs = step_inputs_of<Cell>;
    if constexpr (inputs::per_sequence_count > 0) {
        [&]<std::size_t... P>(std::index_sequence<P...>) {
            live.begin(named((exec_internal::per_sequence_name<inputs, P>{} = std::span<double const>(
                                  x.per_sequence(P).data(), x.per_sequence(P).size()))...));
        }(std::make_index_sequence<inputs::per_sequence_count>{});
    }
    if constexpr (!lang_internal::has_start<Cell>) {
        live.set_states(initial);
    }
}

/// The outputs of all steps of a stream, and its states at the end.
template <class Cell, class... Fixed>
tensors stream_results(stream<Cell, double, Fixed...>& live, inputs_of<Cell, double> const& x)
{
    using outputs = step_outputs_of<Cell>;
    tensors out(outputs::count, named_tensor{"output"});
    for (std::size_t t = 0; t < nth_array(x, 0).shape()[0]; ++t) {
        auto const y = live.step(step_of<Cell>(x, t));
        auto const append = [&](std::size_t k, std::span<double const> row) {
            out[k].entries.insert(out[k].entries.end(), row.begin(), row.end());
        };
        if constexpr (outputs::are_named) {
            [&]<std::size_t... K>(std::index_sequence<K...>) {
                (append(K, y[exec_internal::sequence_name<outputs, K>{}]), ...);
            }(std::make_index_sequence<outputs::count>{});
        } else {
            append(0, y);
        }
    }
    return together(out, states_as_tensors<Cell, double>(live.current_states(), "final state"));
}

/// Streams of several voices and of one give what forward() gives, also after a reset.
template <class Cell>
void check_stream(report& to, sample<Cell, double>& with)
{
    bptt run{with.m};
    auto const expected = forward_and_backward(run, with).values;
    stream live{with.m, run_batch};
    begin(live, with.x, with.initial);
    tensors const first = stream_results(live, with.x);
    to.compare("stream", first, expected, rounding);
    live.reset();
    begin(live, with.x, with.initial);
    to.compare("stream again", stream_results(live, with.x), first, 0);
    for (std::size_t b = 0; b < run_batch; ++b) {
        stream one{with.m};
        auto const x = inputs_of_piece<Cell>(with.x, b, 0, run_steps);
        auto const initial = rows_of<Cell>(with.initial, {b});
        begin(one, x, initial);
        bptt alone{with.m};
        tensors values = outputs_as_tensors<Cell, double>(alone.forward(x, start_of<Cell, double>(initial)));
        values = together(values, states_as_tensors<Cell, double>(alone.final_states(), "final state"));
        to.compare("stream of one voice", stream_results(one, x), values, rounding);
    }
}

/// The windows of a truncated run over all steps give the outputs of bptt, and their gradients add up to its.
template <class Cell>
void check_truncated(report& to, sample<Cell, double>& with, bool clips)
{
    constexpr std::size_t every = 3;
    constexpr std::size_t per_sequence_count = step_inputs_of<Cell>::per_sequence_count;
    auto const of_whole_sequences = [&](tensors const& all) {  // of parameters, contexts and initial states
        auto const last = static_cast<std::ptrdiff_t>(per_sequence_count + with.initial.size());
        return together(of_parameters<Cell>(all), tensors(all.end() - last, all.end()));
    };
    bptt whole{with.m};
    for (auto& one : with.dfinal) {
        one.fill(0);
    }
    auto const expected = forward_and_backward(whole, with);
    truncated_bptt run{with.m, {.every = every, .over = run_steps}};
    if constexpr (!lang_internal::has_start<Cell>) {
        run.reset(with.initial);
    }
    std::array<named_tensor, step_outputs_of<Cell>::count> values;
    tensors sum;
    for (std::size_t t = 0; t < run_steps; t += every) {
        std::size_t const end = std::min(t + every, run_steps);
        auto const window = [&](auto const& all, std::size_t k) {
            return piece_of(nth_array(all, k), 0, t, end, run_batch);
        };
        inputs_of<Cell, double> x;
        outputs_of<Cell, double> dy;
        for (std::size_t k = 0; k < step_inputs_of<Cell>::count; ++k) {
            nth_array(x, k) = window(with.x, k);
        }
        if constexpr (per_sequence_count > 0) {
            for (std::size_t k = 0; k < per_sequence_count; ++k) {
                x.per_sequence(k) = with.x.per_sequence(k);
            }
        }
        auto const& y = run.forward(x);
        for (std::size_t k = 0; k < values.size(); ++k) {
            values[k].entries.insert(values[k].entries.end(), nth_array(y, k).begin(), nth_array(y, k).end());
            nth_array(dy, k) = window(with.dy, k);
        }
        add_to(sum, of_whole_sequences(test::tensors_of<Cell, double>(run.backward(dy))));
    }
    tensors found(values.begin(), values.end());
    found = together(found, states_as_tensors<Cell, double>(run.current_states(), "final state"));
    to.compare("truncated run, values", found, expected.values, 0);
    if (clips) {
        to.skip("gradients of a truncated run", "each window clips its own");
        return;
    }
    to.compare("truncated run, gradients", sum, of_whole_sequences(expected.gradients), rounding);
}

/// A sequence that begins anew at some steps gives what the pieces give alone.
template <class Cell, class Sizes>
void check_resets(report& to, sample<Cell, double> const& with, unsigned seed)
{
    using reset_cell = with_resets<Cell>;
    std::vector<std::vector<std::size_t>> const cuts{
        {0, 2, 5, run_steps}, {0, run_steps}, {0, 1, 2, run_steps}};
    auto rows = make_sample<reset_cell, double, Sizes>(run_steps, run_batch, seed);
    std::ranges::copy(with.m.parameters().flat(), rows.m.parameters().flat().begin());
    for (std::size_t k = 0; k < step_inputs_of<Cell>::count; ++k) {
        rows.x.at(k) = nth_array(with.x, k);
    }
    if constexpr (step_inputs_of<Cell>::per_sequence_count > 0) {
        for (std::size_t k = 0; k < step_inputs_of<Cell>::per_sequence_count; ++k) {
            rows.x.per_sequence(k) = with.x.per_sequence(k);
        }
    }
    auto& reset = rows.x.at(step_inputs_of<Cell>::count);
    reset.fill(0);
    for (std::size_t b = 0; b < run_batch; ++b) {
        for (std::size_t c = 1; c + 1 < cuts[b].size(); ++c) {
            *row_of(reset, cuts[b][c], b) = 1;
        }
    }
    bptt run{rows.m};
    auto const y = run.forward(rows.x);
    for (std::size_t k = 0; k < step_outputs_of<Cell>::count; ++k) {
        nth_array(rows.dy, k) = nth_array(with.dy, k);
    }
    auto const g = run.backward(rows.dy);
    tensors sum;
    for (std::size_t b = 0; b < run_batch; ++b) {
        for (std::size_t c = 0; c + 1 < cuts[b].size(); ++c) {
            std::size_t const begin = cuts[b][c];
            std::size_t const end = cuts[b][c + 1];
            bptt alone{with.m};
            auto const& own_y = alone.forward(inputs_of_piece<Cell>(with.x, b, begin, end));
            outputs_of<Cell, double> dy;
            tensors expected;
            tensors found;
            for (std::size_t k = 0; k < step_outputs_of<Cell>::count; ++k) {
                expected.push_back(test::tensor_of("output", nth_array(own_y, k)));
                found.push_back(test::tensor_of("output", piece_of(nth_array(y, k), b, begin, end)));
                nth_array(dy, k) = piece_of(nth_array(with.dy, k), b, begin, end);
            }
            auto const& own = alone.backward(dy);
            for (std::size_t k = 0; k < step_inputs_of<Cell>::count; ++k) {
                expected.push_back(test::tensor_of("gradient of input", nth_array(own.input, k)));
                found.push_back(test::tensor_of("gradient of input", piece_of(g.input.at(k), b, begin, end)));
            }
            to.compare("piece of a row with resets", found, expected, rounding);
            add_to(sum, of_parameters<Cell>(test::tensors_of<Cell, double>(own)));
        }
    }
    to.compare("gradients of a row with resets", of_parameters<Cell>(test::tensors_of<reset_cell, double>(g)),
               sum, rounding);
}

}  // namespace rondo::random_cells
