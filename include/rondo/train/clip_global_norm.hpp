#pragma once
/// @file
/// Gradient clipping by the global norm, against exploding gradients.

#include <rondo/error/input_error.hpp>
#include <rondo/model/parameter_group.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <type_traits>

namespace rondo::inline RONDO_ISA::train_internal {

/// The sum of the squares of all entries times @p scale.
template <class T>
double sum_of_squares(std::span<T> v, double scale)
{
    constexpr std::size_t lanes = 8;  // a single sum would be bound by the latency of addition
    std::array<double, lanes> sums{};
    std::size_t i = 0;
    for (; i + lanes <= v.size(); i += lanes) {
        for (std::size_t k = 0; k < lanes; ++k) {
            double const x = static_cast<double>(v[i + k]) * scale;
            sums[k] += x * x;
        }
    }
    for (; i < v.size(); ++i) {
        double const x = static_cast<double>(v[i]) * scale;
        sums[0] += x * x;
    }
    double sum = 0;
    for (double const s : sums) {
        sum += s;
    }
    return sum;
}

/// The 2-norm of all entries of several vectors. If squares overflow or underflow, entries are scaled by a
/// power of two first.
template <class Vectors>
double norm(Vectors&& vectors)
{
    auto const sum_of_all = [&](double scale) {
        double sum = 0;
        for (auto const v : vectors) {
            sum += sum_of_squares(v, scale);
        }
        return sum;
    };
    double const sum = sum_of_all(1);
    if (std::isfinite(sum) && sum > 1e16 * std::numeric_limits<double>::min()) {
        return std::sqrt(sum);
    }
    double largest = 0;
    for (auto const v : vectors) {
        for (auto const x : v) {
            if (!std::isfinite(x)) {
                return std::abs(static_cast<double>(x));
            }
            largest = std::max(largest, std::abs(static_cast<double>(x)));
        }
    }
    int exponent = 0;
    std::frexp(largest, &exponent);
    double const scale = std::ldexp(1.0, -std::clamp(exponent, -1022, 1022));
    return std::sqrt(sum_of_all(scale)) / scale;
}

/// Scales all vectors by one factor if their norm is above @p limit, and returns the norm.
template <class Vectors>
double clip(Vectors&& vectors, double limit)
{
    require(limit > 0, "clip_global_norm: limit", "a positive number", limit);
    double const norm = train_internal::norm(vectors);
    if (std::isfinite(norm) && norm > limit) {
        for (auto const v : vectors) {
            for (auto& g : v) {  // limit / norm may underflow
                g = static_cast<std::remove_reference_t<decltype(g)>>(static_cast<double>(g) / norm * limit);
            }
        }
    }
    return norm;
}

}  // namespace rondo::inline RONDO_ISA::train_internal

namespace rondo::inline RONDO_ISA {

/// Scales @p gradients down to the 2-norm @p limit if their norm over all entries is larger
/// (Pascanu, Mikolov and Bengio 2013, "On the difficulty of training recurrent neural networks").
///
/// @code
/// auto const g = run.last_gradients().parameters.flat();
/// if (std::isfinite(clip_global_norm(g, 1.0))) optimizer.update(m.parameters().flat(), g);
/// @endcode
///
/// @param[in,out] gradients all entries, in any units; zeros between parameters do not count.
/// @param limit the largest norm after clipping, in the units of the gradients; infinity to
///              measure only.
/// @return the norm before clipping, accumulated in double without overflow of the squares. If an
///         entry is not finite, or the norm is larger than any double, the norm is returned as NaN
///         or infinity and @p gradients are unchanged. The caller should then skip the step, which no
///         scale could repair.
/// @throws input_error if @p limit is not positive.
///
/// The result of `run.backward(dy)` is const; `run.last_gradients()` is the same object and can be clipped.
template <class T>
double clip_global_norm(std::span<T> gradients, double limit)
{
    static_assert(
        !std::is_const_v<T>,
        "clip_global_norm scales the gradients, and these are const, as the result of backward() is: "
        "clip run.last_gradients().parameters.flat()");
    return train_internal::clip(std::array{gradients}, limit);
}

/// Clips the gradients of several models as if they were one vector:
/// `clip_global_norm(net.parameter_groups(), 1.0)`.
/// @param models the parameter groups of a @ref bptt or of layers; their gradients are scaled by one factor.
template <class T, std::size_t Count>
double clip_global_norm(std::array<parameter_group<T>, Count> const& models, double limit)
{
    std::array<std::span<T>, Count> gradients;
    std::transform(models.begin(), models.end(), gradients.begin(),
                   [](parameter_group<T> const& m) { return m.gradients; });
    return train_internal::clip(gradients, limit);
}

}  // namespace rondo::inline RONDO_ISA
