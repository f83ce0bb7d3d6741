#pragma once
/// @file
/// How a stack, and a stream of it, uses the runs and the streams of its cells.

#include <rondo/model/step_sequences.hpp>

#include <cstddef>

namespace rondo::inline RONDO_ISA::exec_internal {

/// Private members of runs and of streams of one cell. A stream of a stack checks its arguments for all cells
/// before it changes any, so that after an exception nothing has changed.
struct run_access {
    /// A model_reference to the model of @p run.
    /// @throws std::logic_error if the run was moved from, or the model replaced by one of other sizes.
    template <class Run>
    static auto model_of(Run const& run)
    {
        return run.moved_.checked(run.run_).model();
    }
    /// Whether backward() of @p run computes the gradient of its first input.
    template <class Run>
    static bool gives_first_gradient(Run const& run)
    {
        using cell = typename Run::model_type::cell_type;
        if constexpr (requires { run.options_; }) {
            return run.options_.input_gradient.template inputs_of<cell>().has(0);
        } else {
            return run.run_.options().input_gradient.template inputs_of<cell>().has(0);
        }
    }
    /// A stream of the cell of a model.
    /// @throws input_error if there are no voices.
    template <class Stream, class Model>
    static Stream make(Model const& m, std::size_t voices)
    {
        return Stream(m, voices);
    }
    /// The features of the (first) input of a cell.
    template <class Stream>
    static std::ptrdiff_t input_features(Stream const& live)
    {
        return exec_internal::features_of<typename Stream::inputs>(live.sizes_, 0);
    }
    /// The features of the (first) output of a cell.
    template <class Stream>
    static std::ptrdiff_t output_features(Stream const& live)
    {
        return exec_internal::features_of<typename Stream::outputs>(live.sizes_, 0);
    }
    /// Checks that a stream can run a step, which needs begin() before if there are per_sequence inputs.
    /// @throws std::logic_error as stream::step().
    template <class Stream>
    static void check_begun(Stream const& live)
    {
        live.check_begun();
    }
    /// Checks input @p k of a step.
    /// @throws input_error as stream::step().
    template <class Stream, class Span>
    static void check_input(Stream const& live, std::size_t k, Span x)
    {
        live.check_input(k, x);
    }
    /// Checks the arguments of begin(), a span for each per_sequence input.
    /// @throws input_error or std::logic_error as stream::begin().
    template <class Stream, class Spans>
    static void check_begin(Stream const& live, Spans const& x)
    {
        live.check_begin(x);
    }
    /// Checks an argument of load().
    /// @throws std::logic_error if the stream was moved from; input_error naming the first parameter of
    /// another
    ///         shape.
    template <class Stream, class Parameters>
    static void check_parameters(Stream const& live, Parameters const& p)
    {
        live.moved_.checked(live.parameters_)->require_shapes_of(p);
    }
    /// Checks an argument of set_states().
    /// @throws std::logic_error if the stream was moved from; input_error if a shape is not (voices,
    /// dimension
    ///         of the state).
    template <class Stream, class States>
    static void check_states(Stream const& live, States const& s)
    {
        live.check_states(s);
    }
};

}  // namespace rondo::inline RONDO_ISA::exec_internal
