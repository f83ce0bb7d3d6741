#pragma once
/// @file
/// Checks that the results of a run are finite, and says where they became infinite or NaN.

#include <rondo/error/number_error.hpp>
#include <rondo/locate/entry_place.hpp>
#include <rondo/locate/finished_run.hpp>
#include <rondo/locate/replay.hpp>

#include <cstddef>
#include <string>
#include <utility>

namespace rondo::inline RONDO_ISA::exec_internal {

namespace detail {

/// An entry of a result that is not finite, and its sequence; batch is -1 if it belongs to no sequence.
struct bad_result {
    bool is_found = false;
    std::ptrdiff_t batch = -1;
    rejection parts{};
};

inline rejection describe_entry(std::string what, double value, std::string const& where)
{
    return {std::move(what), "finite numbers", concat(value, " at ", where)};
}

/// The first entry of @p all, (time, batch, entries of @p shape), that is not finite; with @p latest, the
/// first one of the last step that has any.
inline bad_result search_sequences(number_view const& all, recorded_model const& m, extents shape,
                                   std::size_t batch, std::string_view what, bool latest)
{
    std::size_t const features = entries_of(m, shape);
    std::size_t i = all.first_not_finite();
    std::size_t const step = batch * features;
    while (latest && i < all.size()) {
        std::size_t const next = all.first_not_finite((i / step + 1) * step);
        if (next >= all.size()) {
            break;
        }
        i = next;
    }
    if (i >= all.size()) {
        return {};
    }
    std::size_t const b = i / features % batch;
    return {true, static_cast<std::ptrdiff_t>(b),
            describe_entry(
                std::string(what), all[i],
                concat("(time ", i / step, ", batch ", b, ", ", feature_text(m, shape, i % features), ")"))};
}

/// The first entry of the sequences of the inputs or outputs in @p list, one after the other, that is not
/// finite.
template <class List>
bad_result search_all(sequence_numbers const& all, List const& list, recorded_model const& m,
                      std::size_t batch, std::string_view what, bool latest)
{
    bad_result found{};
    for (std::size_t k = 0; k < all.size() && !found.is_found; ++k) {
        std::string_view const name = list[k].name.view();
        found = search_sequences(all[k], m, list[k].shape, batch,
                                 name.empty() ? std::string(what) : concat(what, " \"", name, "\""), latest);
    }
    return found;
}

/// The first entry of @p all, (batch, entries of @p shape), that is not finite. Of a state that is carried
/// over several steps there are several values for each sequence.
inline bad_result search_per_sequence(number_view const& all, recorded_model const& m, extents shape,
                                      std::size_t batch, std::string what)
{
    std::size_t const features = all.size() / batch;
    std::size_t const i = all.first_not_finite();
    if (i >= all.size()) {
        return {};
    }
    return {true, static_cast<std::ptrdiff_t>(i / features),
            describe_entry(std::move(what), all[i],
                           concat("(batch ", i / features, ", ", feature_text(m, shape, i % features), ")"))};
}

/// The first entry of states, or of their gradients, that is not finite.
inline bad_result search_states(state_numbers const& all, recorded_model const& m, std::size_t batch,
                                std::string_view what)
{
    auto const& shapes = *m.step.shapes;
    bad_result found{};
    for (std::size_t k = 0; k < all.size() && !found.is_found; ++k) {
        found = search_per_sequence(
            all[k], m, shapes.states[k], batch,
            concat(what, " ", lang_internal::title_of_state(shapes.state_names[k].view(), k)));
    }
    return found;
}

/// The first entry of the gradient of a parameter that is not finite. It is a sum over all sequences.
inline bad_result search_parameters(finished_run const& run)
{
    for (std::size_t p = 0; p < run.parameter_gradients.size(); ++p) {
        number_view const& g = run.parameter_gradients[p];
        if (std::size_t const i = g.first_not_finite(); i < g.size()) {
            auto const& info = run.model.step.shapes->parameters[p];
            return {true, -1,
                    describe_entry(concat("the gradient of parameter '", info.name.view(), "'"), g[i],
                                   entry_text(run.model, info.shape, i))};
        }
    }
    return {};
}

inline bad_result search_results(finished_run const& run)
{
    auto const batch = static_cast<std::size_t>(run.rows.batch());
    auto const& shapes = *run.model.step.shapes;
    if (run.is_backward) {
        bad_result found = search_all(run.input_gradients, shapes.inputs, run.model, batch,
                                      "the gradient of the input", true);
        for (std::size_t k = 0; k < run.per_sequence_gradients.size() && !found.is_found; ++k) {
            found = search_per_sequence(
                run.per_sequence_gradients[k], run.model, shapes.per_sequence[k].shape, batch,
                concat("the gradient of the input \"", shapes.per_sequence[k].name.view(), "\""));
        }
        if (!found.is_found) {
            found =
                search_states(run.initial_gradient, run.model, batch, "the gradient of the initial state");
        }
        return found.is_found ? found : search_parameters(run);
    }
    bad_result const found = search_all(run.outputs, shapes.outputs, run.model, batch, "the output", false);
    return found.is_found ? found : search_states(run.final, run.model, batch, "the final state");
}

}  // namespace detail

/// Checks the output and the final states of @p run or, after its backward run, its gradients.
///
/// If an entry is not finite, the run of its sequence is repeated step by step, without kernels and
/// optimisations, to find the value that it came from. That takes as long as a naive implementation.
///
/// After a forward run, it repeats the sequence of the first output that is not finite or, if all outputs are
/// finite, of the first such final state. After a backward run, it repeats the sequence whose input gradient
/// is not finite at the latest step or, if there is none, that of the first such gradient of an initial
/// state. If only gradients of parameters are not finite, it repeats all sequences, one after the other,
/// until it finds such a value.
/// @throws number_error if an entry is not finite.
inline void check_results(finished_run const& run)
{
    detail::bad_result found = detail::search_results(run);
    if (!found.is_found) {
        return;
    }
    std::ptrdiff_t const first = found.batch < 0 ? 0 : found.batch;
    std::ptrdiff_t const last = found.batch < 0 ? run.rows.batch() - 1 : found.batch;
    for (std::ptrdiff_t b = first; b <= last; ++b) {
        replay again(run, b);
        again.forward();
        if (run.is_backward) {
            again.backward();
        }
    }
    found.parts.found += found.batch < 0 ? ", where terms that are finite were added over steps and sequences"
                                         : "; all values are finite if sums are added in another order";
    throw number_error(std::move(found.parts));
}

}  // namespace rondo::inline RONDO_ISA::exec_internal
