#pragma once
/// @file
/// Stochastic gradient descent, with or without momentum.

#include <rondo/error/input_error.hpp>
#include <rondo/kernel/flush_denormals.hpp>
#include <rondo/kernel/simd.hpp>
#include <rondo/train/for_each_entry.hpp>
#include <rondo/train/require_finite.hpp>
#include <rondo/train/size_guard.hpp>

#include <cmath>
#include <cstddef>
#include <span>

namespace rondo::inline RONDO_ISA {

/// Settings of SGD.
struct sgd_settings {
    double rate = 0.01;       ///< learning rate; positive and finite
    double momentum = 0;      ///< factor of the old velocity in a step; in [0, 1)
    bool nesterov = false;    ///< Nesterov's momentum; needs momentum > 0
    double weight_decay = 0;  ///< multiple of a parameter added to its gradient; at least 0, finite
    /// Whether an update rejects gradients that are not finite, which takes a pass over them first. Without
    /// the check, such a gradient makes its parameter infinite or NaN, which no later update mends.
    bool check_gradients = true;
};

/// Stochastic gradient descent with momentum (Polyak 1964), or with Nesterov's in the form of
/// Sutskever, Martens, Dahl and Hinton 2013, as `torch.optim.SGD`.
///
/// \f{align*}{
///   g &\leftarrow g + \lambda p, & v &\leftarrow \mu v + g, &
///   p &\leftarrow p - \eta v && \text{(Nesterov: } p \leftarrow p - \eta (g + \mu v)\text{)}
/// \f}
///
/// Subnormal numbers count as zero (see flush_denormals), because a velocity that decays would otherwise make
/// updates many times as slow.
///
/// @code
/// sgd<float> optimizer{{.rate = 0.1, .momentum = 0.9}};
/// optimizer.update(m.parameters().flat(), run.last_gradients().parameters.flat());
/// @endcode
template <class T>
class sgd {
   public:
    /// @throws input_error if a setting is out of the range that sgd_settings gives.
    explicit sgd(sgd_settings const& settings = {}) : settings_(settings)
    {
        auto const& s = settings_;
        check_rate(s.rate);
        exec_internal::require(s.momentum >= 0 && s.momentum < 1, "sgd: momentum", "a number in [0, 1)",
                               s.momentum);
        exec_internal::require(!s.nesterov || s.momentum > 0, "sgd: momentum",
                               "a positive number for Nesterov's", s.momentum);
        exec_internal::require(s.weight_decay >= 0 && std::isfinite(s.weight_decay), "sgd: weight_decay",
                               "a finite number, at least 0", s.weight_decay);
    }

    /// The settings in use.
    [[nodiscard]] sgd_settings const& settings() const noexcept { return settings_; }
    /// Changes the learning rate between steps, for a learning-rate schedule.
    /// @throws input_error if it is not positive and finite.
    void set_rate(double rate)
    {
        check_rate(rate);
        settings_.rate = rate;
    }

    /// Performs one step. The first call allocates the velocity, one number for each parameter, if there is
    /// momentum; later calls allocate nothing.
    /// @param[in,out] parameters all entries, as `parameters::flat()`.
    /// @param gradients as many. Before the update, the result of clip_global_norm() says whether they are
    ///        finite.
    /// @throws input_error if the two sizes differ, or are not those of the first call, or if a gradient is
    ///         not finite, unless the settings say otherwise. Then nothing is changed.
    void update(std::span<T> parameters, std::span<T const> gradients)
    {
        bool const is_first = count_.is_new(parameters.size(), gradients.size());
        if (settings_.check_gradients) {
            train_internal::require_finite(gradients, "sgd: the gradients");
        }
        if (is_first) {
            velocity_.assign(settings_.momentum > 0 ? parameters.size() : 0, T(0));
            count_.set(parameters.size());
        }
        T const rate = static_cast<T>(settings_.rate);
        T const decay = static_cast<T>(settings_.weight_decay);
        flush_denormals const scope;
        if (settings_.momentum <= 0) {
            train_internal::for_each_entry(parameters, gradients,
                                           [=](auto& p, auto const& g)
                                               RONDO_INLINE_LAMBDA { p -= rate * (g + decay * p); });
            return;
        }
        T const momentum = static_cast<T>(settings_.momentum);
        T const now = settings_.nesterov ? T(1) : T(0);
        T const ahead = settings_.nesterov ? momentum : T(1);
        auto const step = [=](auto& p, auto const& gradient, auto& v) RONDO_INLINE_LAMBDA {
            auto const g = gradient + decay * p;
            v = momentum * v + g;
            p -= rate * (now * g + ahead * v);
        };
        train_internal::for_each_entry(parameters, gradients, step, velocity_);
    }

    /// Resets the velocity and the number of parameters.
    void reset() noexcept { count_.reset(); }

   private:
    static void check_rate(double rate)
    {
        exec_internal::require(rate > 0 && std::isfinite(rate), "sgd: rate", "a positive, finite number",
                               rate);
    }

    sgd_settings settings_;
    train_internal::size_guard count_;
    kernel_internal::aligned_vector<T> velocity_;
};

}  // namespace rondo::inline RONDO_ISA
