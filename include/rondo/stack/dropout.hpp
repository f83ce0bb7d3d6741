#pragma once
/// @file
/// Drops entries between layers at random while training.

#include <rondo/error/input_error.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/run/window_access.hpp>
#include <rondo/sequence/output_rows.hpp>
#include <rondo/stack/carried_masks.hpp>
#include <rondo/stack/carrying.hpp>
#include <rondo/stack/dropout_mask.hpp>
#include <rondo/stack/layer_interface.hpp>
#include <rondo/stack/run_record.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>

namespace rondo::inline RONDO_ISA {

/// Settings of dropout.
struct dropout_settings {
    double rate = 0.5;                    ///< probability of dropping an entry, in [0, 1)
    std::optional<std::uint64_t> seed{};  ///< of the masks; without one, each layer has a seed of its own
    mask_scope each = mask_scope::step;   ///< the steps that share a mask
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::stack_internal {

/// A seed for a layer without one: a different number at each call in a process. The numbers begin at 2^32,
/// because seeds in programs are usually smaller.
inline std::uint64_t next_seed() noexcept
{
    static std::atomic<std::uint64_t> next{std::uint64_t{1} << 32};
    return next++;
}

}  // namespace rondo::inline RONDO_ISA::stack_internal

namespace rondo::inline RONDO_ISA {

/// A layer that sets entries to zero at random, and multiplies the others by 1 / (1 - rate), which
/// preserves the mean (Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks
/// from overfitting"). Between layers it does not act on the recurrence (Zaremba, Sutskever and
/// Vinyals 2014, "Recurrent neural network regularization"). With mask_scope::sequence, all
/// steps of a sequence lose the same features (Gal and Ghahramani 2016, "A theoretically grounded application
/// of dropout in recurrent neural networks").
///
/// @code
/// dropout<float> layer{{.rate = 0.2, .seed = 7}};
/// @endcode
///
/// Each forward() draws a new mask, which backward() uses too; infer() drops nothing. In a stack that carries
/// its states, a sequence keeps its draw from call to call until it begins anew, and the masks of its steps
/// are those that they would have in one call: with mask_scope::sequence, all its steps lose the same
/// features.
/// A mask depends only on the settings and on the number of forward() calls before. It is the same in float
/// and double, and on every machine. Layers with the same seed drop the same entries, so a layer without a
/// seed takes the next number of a counter in the process. settings() returns that seed, with which another
/// layer has the same masks.
template <class T>
class dropout : public stack_internal::layer_interface<dropout<T>, T, stack_internal::one_input> {
   public:
    /// @throws input_error if the rate is not in [0, 1).
    explicit dropout(dropout_settings const& settings = {}) : settings_(settings)
    {
        exec_internal::require(settings.rate >= 0 && settings.rate < 1, "dropout: rate", "a number in [0, 1)",
                               settings.rate);
        if (!settings_.seed.has_value()) {
            settings_.seed = stack_internal::next_seed();
        }
    }

    /// Computes the gradient of a loss whose derivative with respect to the output is @p dy.
    /// @throws std::logic_error if the last run was not a forward();
    ///         input_error if the shape is not that of the output.
    template <class Dy>
    input_gradient<T> backward(Dy const& dy)
    {
        this->check_moved();
        run_.take_gradient(dy_, dy, static_cast<std::ptrdiff_t>(output_.shape()[2]));
        apply(mask(draw_ - 1), dy_, input_);
        return {input_};
    }

    /// The settings in use, with the seed.
    [[nodiscard]] dropout_settings const& settings() const noexcept { return settings_; }
    /// Makes the next forward() draw the mask of the call after @p n others, to resume training or
    /// to repeat a mask. Discards the last run.
    void set_draw(std::uint64_t n) noexcept
    {
        run_.begin();
        masks_.clear();
        draw_ = n;
    }
    /// The number of the next mask: that of set_draw() plus the forward() calls since.
    [[nodiscard]] std::uint64_t draw() const noexcept { return draw_; }

   private:
    friend stack_internal::layer_interface<dropout, T, stack_internal::one_input>;
    friend struct exec_internal::window_access;

    template <bool Save>
    xt::xtensor<T, 3> const& open_window(xt::xtensor<T, 3> const& x, lengths_view lengths)
    {
        this->check_moved();
        run_.begin();
        run_.take(x_, x, lengths);
        masks_.open(run_, draw_);
        if (!Save) {
            copy_input();
            return output_;
        }
        std::ptrdiff_t const features = x_.shape(2);
        exec_internal::resize_sequence(output_, run_.steps(), run_.batch(), features);
        output_.fill(T(0));
        masks_.for_each_step([&](std::ptrdiff_t t, std::ptrdiff_t b, auto const& part, std::ptrdiff_t step) {
            std::ptrdiff_t const entry = run_.entry(t, b, features);
            mask(part.draw).apply(step, b, x_.data() + entry, output_.data() + entry, features);
        });
        return output_;
    }
    void keep_window(std::ptrdiff_t over) { draw_ += masks_.keep(over) ? 1U : 0U; }
    void discard_window() noexcept {}
    input_gradient<T> back_over_windows(xt::xtensor<T, 3> const& dy)
    {
        auto const features = static_cast<std::ptrdiff_t>(dy.shape()[2]);
        auto const batch = static_cast<std::ptrdiff_t>(dy.shape()[1]);
        auto const columns = static_cast<std::ptrdiff_t>(dy.shape()[0]);
        exec_internal::resize_sequence(input_, columns, batch, features);
        input_.fill(T(0));
        auto const apply = [&](std::ptrdiff_t t, std::ptrdiff_t b, auto const& part, std::ptrdiff_t step) {
            std::ptrdiff_t const entry = (t * batch + b) * features;
            mask(part.draw).apply(step, b, dy.data() + entry, input_.data() + entry, features);
        };
        masks_.for_each_step(columns, apply);
        return {input_};
    }
    void restart_windows(std::ptrdiff_t b)
    {
        if (b < 0) {
            masks_.clear();
        } else {
            masks_.restart(static_cast<std::size_t>(b));
        }
    }
    auto runs_of_windows() { return std::tuple<>{}; }

    void begin_run() noexcept { run_.begin(); }
    template <bool Save, class Given>
    xt::xtensor<T, 3> const& run(Given const& given, lengths_view lengths)
    {
        run_.take(x_, stack_internal::first_input(given), lengths);
        if constexpr (Save) {
            apply(mask(draw_++), x_, output_);
        } else {
            copy_input();
        }
        run_.end(Save);
        return output_;
    }
    void copy_input()
    {
        std::ptrdiff_t const features = x_.shape(2);
        run_.fill(output_, features, [&](std::ptrdiff_t t, std::ptrdiff_t b, T* row) {
            std::copy_n(x_.data() + run_.entry(t, b, features), features, row);
        });
    }
    [[nodiscard]] stack_internal::dropout_mask mask(std::uint64_t draw) const
    {
        return {settings_.rate, *settings_.seed, draw, settings_.each};
    }
    void apply(stack_internal::dropout_mask const& mask, exec_internal::array_rows<T> const& from,
               xt::xtensor<T, 3>& to)
    {
        std::ptrdiff_t const features = from.shape(2);
        run_.fill(to, features, [&](std::ptrdiff_t t, std::ptrdiff_t b, T* row) {
            mask.apply(t, b, from.data() + run_.entry(t, b, features), row, features);
        });
    }

    dropout_settings settings_;
    std::uint64_t draw_ = 0;
    stack_internal::carried_masks masks_;  // in a stack that carries its states
    stack_internal::run_record run_;
    exec_internal::array_rows<T> x_;
    exec_internal::array_rows<T> dy_;
    xt::xtensor<T, 3> output_;
    xt::xtensor<T, 3> input_;
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::stack_internal {

template <class T>
struct find_carrying<dropout<T>> {
    static constexpr carrying value = carrying::either;  ///< as found
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
