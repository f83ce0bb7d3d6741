#pragma once
/// @file
/// Adam, gradient descent with an adaptive step size for each parameter.

#include <rondo/error/input_error.hpp>
#include <rondo/kernel/flush_denormals.hpp>
#include <rondo/kernel/simd.hpp>
#include <rondo/train/for_each_entry.hpp>
#include <rondo/train/require_finite.hpp>
#include <rondo/train/size_guard.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace rondo::inline RONDO_ISA {

/// Settings of Adam. The defaults are those of the paper.
struct adam_settings {
    double rate = 0.001;      ///< learning rate, about the largest change of a parameter in one step
    double beta1 = 0.9;       ///< decay rate of the mean; in [0, 1)
    double beta2 = 0.999;     ///< decay rate of the mean square; in [0, 1)
    double epsilon = 1e-8;    ///< added to the root; positive in the type of the parameters
    double weight_decay = 0;  ///< decoupled: a parameter shrinks by rate times this; at least 0
    /// Whether an update rejects gradients that are not finite, which takes a pass over them first. Without
    /// the check, such a gradient makes its parameter infinite or NaN, which no later update mends.
    bool check_gradients = true;
};

/// Adam with bias correction (Kingma and Ba 2015), and optionally with decoupled weight decay
/// (Loshchilov and Hutter 2019), as `torch.optim.AdamW`.
///
/// \f{align*}{
///   m &\leftarrow \beta_1 m + (1 - \beta_1) g, &
///   v &\leftarrow \beta_2 v + (1 - \beta_2) g^2, \\[.3em]
///   p &\leftarrow p - \eta \lambda p - \eta \frac{\hat m}{\sqrt{\hat v} + \epsilon}, &
///   \hat m &= \frac{m}{1 - \beta_1^t}, \quad \hat v = \frac{v}{1 - \beta_2^t}
/// \f}
///
/// The magnitude of a gradient counts as at most 9e18 in float and 7e153 in double. So its square is finite,
/// and after a huge gradient an entry moves again when the mean square has decayed. Subnormal numbers count
/// as zero (see flush_denormals), because means that decay would otherwise make updates many times as slow.
///
/// @code
/// adam<float> optimizer{{.rate = 2e-3}};
/// optimizer.update(m.parameters().flat(), run.last_gradients().parameters.flat());
/// @endcode
template <class T>
class adam {
   public:
    /// @throws input_error if a setting is out of the range that adam_settings gives.
    explicit adam(adam_settings const& settings = {}) : settings_(settings)
    {
        auto const& s = settings_;
        check_rate(s.rate);
        exec_internal::require(s.beta1 >= 0 && s.beta1 < 1, "adam: beta1", "a number in [0, 1)", s.beta1);
        exec_internal::require(s.beta2 >= 0 && s.beta2 < 1, "adam: beta2", "a number in [0, 1)", s.beta2);
        // With epsilon = 0, entries between parameters and entries whose gradient was always 0 would be 0 /
        // 0.
        exec_internal::require(static_cast<T>(s.epsilon) > 0 && std::isfinite(s.epsilon), "adam: epsilon",
                               "a finite number that is positive in the type of the parameters", s.epsilon);
        exec_internal::require(s.weight_decay >= 0 && std::isfinite(s.weight_decay), "adam: weight_decay",
                               "a finite number, at least 0", s.weight_decay);
    }

    /// The settings in use.
    [[nodiscard]] adam_settings const& settings() const noexcept { return settings_; }
    /// Changes the learning rate between steps, for a learning-rate schedule.
    /// @throws input_error if it is not positive and finite.
    void set_rate(double rate)
    {
        check_rate(rate);
        settings_.rate = rate;
    }
    /// The number of updates since the start or the last reset().
    [[nodiscard]] std::uint64_t steps() const noexcept { return steps_; }

    /// Performs one step. The first call allocates two numbers for each parameter; later calls allocate
    /// nothing.
    /// @param[in,out] parameters all entries, as `parameters::flat()`.
    /// @param gradients as many. Before the update, the result of clip_global_norm() says whether they are
    ///        finite.
    /// @throws input_error if the two sizes differ, or are not those of the first call, or if a gradient is
    ///         not finite, unless the settings say otherwise. Then nothing is changed.
    void update(std::span<T> parameters, std::span<T const> gradients)
    {
        bool const is_first = count_.is_new(parameters.size(), gradients.size());
        if (settings_.check_gradients) {
            train_internal::require_finite(gradients, "adam: the gradients");
        }
        if (is_first) {
            mean_.assign(parameters.size(), T(0));
            square_.assign(parameters.size(), T(0));
            count_.set(parameters.size());
        }
        auto const& s = settings_;
        auto const t = static_cast<double>(++steps_);
        T const beta1 = static_cast<T>(s.beta1);
        T const beta2 = static_cast<T>(s.beta2);
        T const rest1 = static_cast<T>(1 - s.beta1);
        T const rest2 = static_cast<T>(1 - s.beta2);
        T const kept = static_cast<T>(1 - s.rate * s.weight_decay);
        T const rate = static_cast<T>(s.rate / (1 - std::pow(s.beta1, t)));
        T const correction = static_cast<T>(1 / std::sqrt(1 - std::pow(s.beta2, t)));
        T const epsilon = static_cast<T>(s.epsilon);
        T const largest = std::ldexp(T(1), std::numeric_limits<T>::max_exponent / 2 - 1);
        flush_denormals const scope;
        using vector = kernel_internal::simd<T>;
        auto const step = [=](auto& p, auto const& gradient, auto& mean, auto& square) RONDO_INLINE_LAMBDA {
            // A gradient that is NaN stays so, because it is the second operand.
            vector const below = kernel_internal::smaller(vector(largest), gradient);
            vector const g = kernel_internal::larger(vector(-largest), below);
            mean = beta1 * mean + rest1 * g;
            square = beta2 * square + rest2 * (g * g);
            p = kept * p - rate * mean / (correction * xsimd::sqrt(square) + epsilon);
        };
        train_internal::for_each_entry(parameters, gradients, step, mean_, square_);
    }

    /// Resets the means, the number of steps and the number of parameters.
    void reset() noexcept
    {
        count_.reset();
        steps_ = 0;
    }

   private:
    static void check_rate(double rate)
    {
        exec_internal::require(rate > 0 && std::isfinite(rate), "adam: rate", "a positive, finite number",
                               rate);
    }

    adam_settings settings_;
    train_internal::size_guard count_;
    std::uint64_t steps_ = 0;
    kernel_internal::aligned_vector<T> mean_;
    kernel_internal::aligned_vector<T> square_;
};

}  // namespace rondo::inline RONDO_ISA
