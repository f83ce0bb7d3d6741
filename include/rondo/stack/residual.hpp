#pragma once
/// @file
/// Adds the input of a layer to its output.

#include <rondo/model/xtensor.hpp>
#include <rondo/run/window_access.hpp>
#include <rondo/stack/carrying.hpp>
#include <rondo/stack/gradient_sums.hpp>
#include <rondo/stack/inner_runs.hpp>
#include <rondo/stack/layer_interface.hpp>
#include <rondo/stack/run_record.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace rondo::inline RONDO_ISA {

/// A layer with a residual connection around it (He et al. 2016, "Deep residual learning for image
/// recognition"; between recurrent layers Wu et al. 2016, "Google's neural machine translation
/// system"; Kim, El-Khamy and Lee 2017, "Residual LSTM", with the connection inside the cell):
/// \f[ y_t = x_t + f(x)_t \f]
///
/// @code
/// residual around{bptt{m}};    // owns the bptt
/// residual another{run};       // refers to `bptt run{m}`, which must outlive it
/// @endcode
///
/// The output and the input of @p Inner have the same number of features. If @p Inner takes several inputs by
/// name, its output is added to the first of them.
template <class Inner>
class residual
    : public stack_internal::layer_interface<residual<Inner>,
                                             typename stack_internal::layers_check<Inner>::value_type,
                                             stack_internal::inputs_of_layer<Inner>> {
    using inputs = stack_internal::inputs_of_layer<Inner>;

   public:
    using value_type = typename stack_internal::layers_check<Inner>::value_type;  ///< of its numbers
    /// Features of input and output, if they are a constant; else 0.
    static constexpr std::ptrdiff_t fixed_input = stack_internal::fixed_input_of<Inner>;
    static constexpr std::ptrdiff_t fixed_output =
        stack_internal::fixed_output_of<Inner>;  ///< features of the output
    // The output of the layer is added to its input.
    static_assert(stack_internal::layer_can_take<residual, fixed_output, fixed_input>::value);

    /// Takes the layer @p inner. It owns a temporary and refers to any other.
    explicit residual(Inner&& inner) : inner_(std::forward<Inner>(inner)) {}

    /// Computes the gradient of a loss whose derivative with respect to the output is @p dy. The gradient of
    /// the input, or of each of several by name, has no entries if the inner layer leaves its own out.
    /// @throws std::logic_error if the last run was not a forward(), or if the inner layer was run since;
    ///         input_error if the shape is not that of the output.
    template <class Dy>
    auto backward(Dy const& dy)
    {
        this->check_moved();
        auto const features = static_cast<std::ptrdiff_t>(output_.shape()[2]);
        run_.take_gradient(dy_, dy, features);
        check_inner_run();
        copy(dy_, input_);  // before the inner layer, whose last result dy may be
        auto&& inner = inner_.backward(std::as_const(input_));
        if (gives_input_gradient()) {
            add(stack_internal::first_gradient<Inner>(inner), input_);
        }
        return gradients_beside(inner);
    }
    /// Whether backward() computes the gradient of the input.
    [[nodiscard]] bool gives_input_gradient() const { return stack_internal::gives_input_gradient(inner_); }

    /// The inner layer.
    [[nodiscard]] auto& inner() noexcept { return inner_; }
    [[nodiscard]] auto const& inner() const noexcept { return inner_; }
    /// The parameter groups of the inner layer.
    auto parameter_groups() { return stack_internal::parameter_groups_of(inner_); }
    /// Makes the next forward() draw the random numbers of the call after @p n others. Discards the last run.
    void set_draw(std::uint64_t n)
    {
        run_.begin();
        stack_internal::set_draw_of(n, inner_);
    }

   private:
    friend stack_internal::layer_interface<residual, value_type, inputs>;
    friend struct exec_internal::window_access;
    using access = exec_internal::window_access;

    template <bool Save, class X>
    xt::xtensor<value_type, 3> const& open_window(X const& x, lengths_view lengths)
    {
        auto const given = this->take(x);
        auto const& first = stack_internal::first_input(given);
        auto const open_inner = [&]() -> auto const& {
            return stack_internal::open_layer<Save>(inner_, first, given, lengths);
        };
        return run_around<Save>(first, lengths, open_inner);
    }
    void keep_window(std::ptrdiff_t over) { access::keep(inner_, over); }
    void discard_window() noexcept { access::discard(inner_); }
    auto back_over_windows(xt::xtensor<value_type, 3> const& dy)
    {
        check_inner_run();
        auto&& inner = access::back(inner_, dy);
        if (gives_input_gradient()) {
            stack_internal::add_last_steps(dy, stack_internal::first_gradient<Inner>(inner), input_);
        }
        return gradients_beside(inner);
    }
    /// The gradient of the input, which has been computed, and of the other inputs of the inner layer.
    template <class Result>
    auto gradients_beside(Result const& inner)
    {
        return stack_internal::input_gradients_of<value_type, inputs>::make(
            gives_input_gradient() ? input_ : left_out_,
            [&](auto name) -> auto const& { return inner.input[name]; });
    }
    void restart_windows(std::ptrdiff_t b) { access::restart(inner_, b); }
    auto runs_of_windows() { return access::runs(inner_); }

    void begin_run() noexcept { run_.begin(); }
    template <bool Save, class Given>
    xt::xtensor<value_type, 3> const& run(Given const& given, lengths_view lengths)
    {
        auto const& x = stack_internal::first_input(given);
        auto const run_inner = [&]() -> auto const& {
            return stack_internal::run_layer<Save>(inner_, x, given, lengths);
        };
        return run_around<Save>(x, lengths, run_inner);
    }
    void check_inner_run()
    {
        inner_runs_.check([](std::size_t) { return "the layer inside residual"; }, inner_);
    }
    /// Adds @p x to the output of the inner layer, which @p run_inner runs.
    template <bool Save, class F>
    xt::xtensor<value_type, 3> const& run_around(xt::xtensor<value_type, 3> const& x, lengths_view lengths,
                                                 F const& run_inner)
    {
        run_.begin();
        run_.take(x_, x, lengths);
        copy(x_, output_);  // before the inner layer, whose last output x may be
        auto const& y = run_inner();
        if (y.shape() != output_.shape()) {
            exec_internal::reject(
                "residual",
                exec_internal::concat("an output of the shape of the input, ",
                                      exec_internal::array_shape(output_).text(), ", to add the two"),
                exec_internal::array_shape(y).text());
        }
        add(y, output_);
        inner_runs_.record(inner_);
        run_.end(Save);
        return output_;
    }
    /// Copies rows, which may be those of @p to itself.
    void copy(exec_internal::array_rows<value_type> const& from, xt::xtensor<value_type, 3>& to)
    {
        std::ptrdiff_t const features = from.shape(2);
        run_.fill(to, features, [&](std::ptrdiff_t t, std::ptrdiff_t b, value_type* row) {
            value_type const* const source = from.data() + run_.entry(t, b, features);
            for (std::ptrdiff_t i = 0; i < features; ++i) {
                row[i] = source[i];
            }
        });
    }
    /// Adds @p a to @p sum, of its shape.
    void add(xt::xtensor<value_type, 3> const& a, xt::xtensor<value_type, 3>& sum)
    {
        auto const features = static_cast<std::ptrdiff_t>(sum.shape()[2]);
        run_.fill(sum, features, [&](std::ptrdiff_t t, std::ptrdiff_t b, value_type* row) {
            value_type const* const term = a.data() + run_.entry(t, b, features);
            for (std::ptrdiff_t i = 0; i < features; ++i) {
                row[i] += term[i];
            }
        });
    }

    Inner inner_;
    stack_internal::run_record run_;
    stack_internal::inner_runs<1> inner_runs_;
    exec_internal::array_rows<value_type> x_;
    exec_internal::array_rows<value_type> dy_;
    xt::xtensor<value_type, 3> output_;
    xt::xtensor<value_type, 3> input_;
    xt::xtensor<value_type, 3> left_out_;  // stays empty
};

template <class Inner>
residual(Inner&&) -> residual<Inner>;
// Without this guide, `residual{r}` of a residual r would be a copy of r.
template <class Inner>
residual(residual<Inner>&&) -> residual<residual<Inner>>;
template <class Inner>
residual(residual<Inner>&) -> residual<residual<Inner>&>;

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::stack_internal {

template <class Inner>
struct find_inputs<residual<Inner>> {
    using type = inputs_of_layer<Inner>;  ///< those of the inner layer
};

template <class Inner>
struct find_carrying<residual<Inner>> {
    static constexpr carrying value = carrying_of<Inner>;  ///< that of the inner layer
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
