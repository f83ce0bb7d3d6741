#pragma once
/// @file
/// Runs two layers over the same sequences, one of them backwards in time.

#include <rondo/model/xtensor.hpp>
#include <rondo/stack/carrying.hpp>
#include <rondo/stack/check_distinct.hpp>
#include <rondo/stack/check_input_gradients.hpp>
#include <rondo/stack/inner_runs.hpp>
#include <rondo/stack/layer_interface.hpp>
#include <rondo/stack/mirrored_inputs.hpp>
#include <rondo/stack/run_record.hpp>
#include <rondo/stack/with_location.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

namespace rondo::inline RONDO_ISA {

/// How the outputs of two directions are combined.
enum class merge : std::uint8_t {
    concat,  ///< concatenates the features: those of the forward direction first
    sum,     ///< adds them; both have the same number of features
};

/// Two layers over the same sequences (Schuster and Paliwal 1997, "Bidirectional recurrent neural
/// networks"), one forwards in time and one backwards, each sequence from its own end:
/// \f[ y_t = \left[ f(x_1, \ldots, x_T)_t, \; g(x_T, \ldots, x_1)_{T+1-t} \right] \f]
///
/// @code
/// bidirectional both{bptt{m}, bptt{n}};          // owns them; features of m, then those of n
/// bidirectional sum{run, other, merge::sum};  // refers to them: they must outlive it
/// @endcode
///
/// The layers may differ in everything except the number of input features. Both take the input as the first
/// of theirs; others are given by name, and also reversed for the backward direction. Sequences are reversed
/// by copying: the input and the output of the backward direction, and their gradients in backward().
template <class Forwards, class Backwards>
class bidirectional
    : public stack_internal::layer_interface<
          bidirectional<Forwards, Backwards>,
          typename stack_internal::layers_check<Forwards, Backwards>::value_type,
          typename stack_internal::inputs_side_by_side<stack_internal::inputs_of_layer<Forwards>,
                                                       stack_internal::inputs_of_layer<Backwards>>::type> {
    using inputs =
        typename stack_internal::inputs_side_by_side<stack_internal::inputs_of_layer<Forwards>,
                                                     stack_internal::inputs_of_layer<Backwards>>::type;

   public:
    using value_type =
        typename stack_internal::layers_check<Forwards, Backwards>::value_type;  ///< of its numbers
    /// Features of the input, if they are a constant of either layer; else 0.
    static constexpr std::ptrdiff_t fixed_input = stack_internal::fixed_input_of<Forwards> == 0
                                                      ? stack_internal::fixed_input_of<Backwards>
                                                      : stack_internal::fixed_input_of<Forwards>;
    static_assert(stack_internal::carrying_of<Forwards> != stack_internal::carrying::always &&
                      stack_internal::carrying_of<Backwards> != stack_internal::carrying::always,
                  "bidirectional takes layers that run over whole sequences, such as a bptt: one direction "
                  "begins at the end, so a truncated_bptt has no states to carry from call to call");
    static_assert(stack_internal::layer_can_take<Backwards, fixed_input,
                                                 stack_internal::fixed_input_of<Backwards>>::value);

    /// Takes two layers. It owns a layer that is given as a temporary and refers to any other.
    /// @throws input_error if both are the same object, because a layer records only one run; if both train
    ///         the same model; or if one of them leaves out the gradient of the input.
    explicit bidirectional(Forwards&& forwards, Backwards&& backwards, merge how = merge::concat)
        : forwards_(std::forward<Forwards>(forwards)),
          backwards_(std::forward<Backwards>(backwards)),
          how_(how)
    {
        stack_internal::check_distinct("bidirectional", place_of, forwards_, backwards_);
        check_gradient();
    }

    /// Computes the gradient of a loss whose derivative with respect to the output is @p dy. The gradient of
    /// the input has no entries if both layers leave their own out, and that of another input, by name, if
    /// one that takes it does.
    /// @throws std::logic_error if the last run was not a forward(), or if one of the layers was run since;
    ///         input_error if the shape is not that of the output.
    template <class Dy>
    auto backward(Dy const& dy)
    {
        this->check_moved();
        bool const apart = how_ == merge::concat;
        std::ptrdiff_t const all = apart ? size_ + other_size_ : size_;
        std::ptrdiff_t const skipped = apart ? size_ : 0;
        run_.take_gradient(dy_, dy, all);
        inner_runs_.check(place_of, forwards_, backwards_);
        bool const gives_gradient = check_gradient();
        run_.fill(dy_forwards_, size_, [&](std::ptrdiff_t t, std::ptrdiff_t b, value_type* row) {
            std::copy_n(dy_.data() + run_.entry(t, b, all), size_, row);
        });
        run_.fill(dy_backwards_, other_size_, [&](std::ptrdiff_t t, std::ptrdiff_t b, value_type* row) {
            std::copy_n(dy_.data() + run_.mirrored_entry(t, b, all) + skipped, other_size_, row);
        });
        // dy, which may be a result of a layer inside, is not read any more.
        auto&& direct = in_direction(0, [&]() -> decltype(auto) { return forwards_.backward(dy_forwards_); });
        auto&& mirrored =
            in_direction(1, [&]() -> decltype(auto) { return backwards_.backward(dy_backwards_); });
        sums_.start();
        sums_.template add<Forwards>(direct);
        mirrored_.add_gradients(run_, sums_, mirrored);
        if (gives_gradient) {
            add_directions(stack_internal::first_gradient<Forwards>(direct),
                           stack_internal::first_gradient<Backwards>(mirrored));
        }
        return stack_internal::input_gradients_of<value_type, inputs>::make(
            gives_gradient ? input_ : left_out_, [&](auto name) -> auto const& { return sums_[name]; });
    }

    /// Whether backward() computes the gradient of the input.
    [[nodiscard]] bool gives_input_gradient() const
    {
        return stack_internal::gives_input_gradient(forwards_);
    }

    /// The layer that runs forwards in time.
    [[nodiscard]] auto& forwards() noexcept { return forwards_; }
    [[nodiscard]] auto const& forwards() const noexcept { return forwards_; }
    /// The layer that runs backwards in time. Its final states are those after the first step.
    [[nodiscard]] auto& backwards() noexcept { return backwards_; }
    [[nodiscard]] auto const& backwards() const noexcept { return backwards_; }
    /// The parameter groups of both, those of the forward direction first.
    auto parameter_groups() { return stack_internal::parameter_groups_of(forwards_, backwards_); }
    /// Makes the next forward() draw the random numbers of the call after @p n others. Discards the last run.
    void set_draw(std::uint64_t n)
    {
        run_.begin();
        stack_internal::set_draw_of(n, forwards_, backwards_);
    }

   private:
    friend stack_internal::layer_interface<bidirectional, value_type, inputs>;

    /// Checks that both layers give the gradient of the input, or neither does; returns whether they do.
    bool check_gradient() const
    {
        return stack_internal::check_common_gradient("bidirectional", place_of, forwards_, backwards_);
    }
    /// A direction in messages.
    static std::string_view place_of(std::size_t i)
    {
        return i == 0 ? "the layer forwards in time" : "the layer backwards in time";
    }

    /// Calls @p f, whose errors are given the direction as their place. Backwards in time, steps are counted
    /// from the last one.
    template <class F>
    static decltype(auto) in_direction(std::size_t i, F&& f)
    {
        return stack_internal::with_location(
            [i] { return i == 0 ? "bidirectional, forwards in time" : "bidirectional, backwards in time"; },
            std::forward<F>(f));
    }
    void begin_run() noexcept { run_.begin(); }
    template <bool Save, class Given>
    xt::xtensor<value_type, 3> const& run(Given const& given, lengths_view lengths)
    {
        auto const& x = stack_internal::first_input(given);
        run_.take(x_, x, lengths);
        stack_internal::mirror(run_, x, reversed_);
        auto const of_backwards = mirrored_.take(run_, given);
        auto const& direct = in_direction(0, [&]() -> auto const& {
            return stack_internal::run_layer<Save>(forwards_, x, given, lengths);
        });
        auto const& mirrored = in_direction(1, [&]() -> auto const& {
            return stack_internal::run_layer<Save>(backwards_, reversed_, of_backwards, lengths);
        });
        size_ = checked_features(direct);
        other_size_ = checked_features(mirrored);
        join(direct.data(), mirrored.data());
        inner_runs_.record(forwards_, backwards_);
        run_.end(Save);
        return output_;
    }
    /// Adds the gradients of the input from both directions.
    void add_directions(xt::xtensor<value_type, 3> const& direct, xt::xtensor<value_type, 3> const& mirrored)
    {
        std::ptrdiff_t const features = x_.shape(2);
        run_.fill(input_, features, [&](std::ptrdiff_t t, std::ptrdiff_t b, value_type* row) {
            value_type const* const one = direct.data() + run_.entry(t, b, features);
            value_type const* const other = mirrored.data() + run_.mirrored_entry(t, b, features);
            std::transform(one, one + features, other, row, std::plus<>{});
        });
    }
    void join(value_type const* direct, value_type const* mirrored)
    {
        if (how_ == merge::concat) {
            run_.fill(output_, size_ + other_size_, [&](std::ptrdiff_t t, std::ptrdiff_t b, value_type* row) {
                std::copy_n(direct + run_.entry(t, b, size_), size_, row);
                std::copy_n(mirrored + run_.mirrored_entry(t, b, other_size_), other_size_, row + size_);
            });
            return;
        }
        if (size_ != other_size_) {
            exec_internal::reject(
                "bidirectional", "outputs of as many features, to add them",
                exec_internal::concat(size_, " forwards in time and ", other_size_, " backwards"));
        }
        run_.fill(output_, size_, [&](std::ptrdiff_t t, std::ptrdiff_t b, value_type* row) {
            value_type const* const one = direct + run_.entry(t, b, size_);
            value_type const* const other = mirrored + run_.mirrored_entry(t, b, size_);
            std::transform(one, one + size_, other, row, std::plus<>{});
        });
    }
    /// The features of an output, which must have the input's steps and batch.
    std::ptrdiff_t checked_features(xt::xtensor<value_type, 3> const& y) const
    {
        if (static_cast<std::ptrdiff_t>(y.shape()[0]) != run_.steps() ||
            static_cast<std::ptrdiff_t>(y.shape()[1]) != run_.batch()) {
            exec_internal::reject("bidirectional",
                                  exec_internal::concat("outputs of shape (time = ", run_.steps(),
                                                        ", batch = ", run_.batch(), ", features)"),
                                  exec_internal::array_shape(y).text());
        }
        return static_cast<std::ptrdiff_t>(y.shape()[2]);
    }

    Forwards forwards_;
    Backwards backwards_;
    merge how_;
    stack_internal::run_record run_;
    stack_internal::inner_runs<2> inner_runs_;
    stack_internal::mirrored_inputs<value_type,
                                    typename stack_internal::inputs_of_layer<Backwards>::others>
        mirrored_;  // of the backward direction
    stack_internal::gradient_sums<value_type, inputs> sums_;
    exec_internal::array_rows<value_type> x_;
    exec_internal::array_rows<value_type> dy_;
    xt::xtensor<value_type, 3> reversed_;
    xt::xtensor<value_type, 3> output_;
    xt::xtensor<value_type, 3> dy_forwards_;
    xt::xtensor<value_type, 3> dy_backwards_;
    xt::xtensor<value_type, 3> input_;
    xt::xtensor<value_type, 3> left_out_;  // stays empty
    std::ptrdiff_t size_ = 0;              // features of the forward direction
    std::ptrdiff_t other_size_ = 0;        // of the backward one
};

template <class Forwards, class Backwards>
bidirectional(Forwards&&, Backwards&&, merge = merge::concat) -> bidirectional<Forwards, Backwards>;

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::stack_internal {

template <class Forwards, class Backwards>
struct find_inputs<bidirectional<Forwards, Backwards>> {
    /// Those of both directions.
    using type = typename inputs_side_by_side<inputs_of_layer<Forwards>, inputs_of_layer<Backwards>>::type;
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
