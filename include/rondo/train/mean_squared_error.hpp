#pragma once
/// @file
/// The loss of a regression: the mean squared error.

#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/lengths.hpp>
#include <rondo/sequence/sequence.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace rondo::inline RONDO_ISA::train_internal {

/// The loss, and its gradient unless @p gradient is null.
template <class Y, class Targets, class Lengths, class T>
double mean_squared_error_into(Y const& output, Targets const& targets, Lengths const& lengths,
                               xt::xtensor<T, 3>* gradient)
{
    std::string_view const name = "features";
    std::ptrdiff_t size = 1;
    if (output.dimension() == 3) {  // any number of features but 0 is allowed
        size = std::max(size, static_cast<std::ptrdiff_t>(output.shape()[2]));
    }
    sequence<T> y;
    sequence<T> wanted;
    y.bind(output, "rondo: the output", &name, {}, &size);
    std::ptrdiff_t const steps = y.shape(0);
    std::ptrdiff_t const batch = y.shape(1);
    wanted.bind(targets, "rondo: the targets", &name, {.steps = steps, .batch = batch}, &size);
    check_lengths(lengths, steps, batch);

    T* to = nullptr;
    if (gradient != nullptr) {
        resize_sequence(*gradient, steps, batch, size);
        to = gradient->data();
    }
    std::ptrdiff_t real_steps = 0;
    for (std::ptrdiff_t b = 0; b < batch; ++b) {
        real_steps += length_of(lengths, b, steps);
    }
    double const share = 1 / static_cast<double>(real_steps * size);
    double sum = 0;
    for (std::ptrdiff_t row = 0; row < steps * batch; ++row) {
        bool const is_real = row / batch < length_of(lengths, row % batch, steps);
        for (std::ptrdiff_t i = row * size; i < (row + 1) * size; ++i) {
            double const off =
                is_real ? static_cast<double>(y.data()[i]) - static_cast<double>(wanted.data()[i]) : 0;
            sum += off * off;
            if (to != nullptr) {
                to[i] = static_cast<T>(2 * share * off);
            }
        }
    }
    return sum * share;
}

}  // namespace rondo::inline RONDO_ISA::train_internal

namespace rondo::inline RONDO_ISA {

/// The mean of the squared differences between @p output and @p targets over all entries, and its
/// derivative with respect to the output.
///
/// \f[ L = \frac{1}{N} \sum_{t,b,i} (y_{t,b,i} - \hat y_{t,b,i})^2, \qquad
///     \frac{\partial L}{\partial y_{t,b,i}} = \frac{2}{N} (y_{t,b,i} - \hat y_{t,b,i}),
///     \qquad N = \text{time} \cdot \text{batch} \cdot \text{features} \f]
///
/// @param output (time, batch, features): any xtensor expression.
/// @param targets of the same shape and in the same units.
/// @param[out] gradient of the same shape. Resized; nothing is allocated if the size is right. May
///                      be the same object as @p output or @p targets.
/// @return the loss in squared units of the output, accumulated in double.
/// @throws std::invalid_argument if a shape does not fit or an extent is 0, saying what was
///         expected and found; @p gradient is then left as it was.
template <class Y, class Targets, class T>
double mean_squared_error(Y const& output, Targets const& targets, xt::xtensor<T, 3>& gradient)
{
    return train_internal::mean_squared_error_into(output, targets, exec_internal::full_length{}, &gradient);
}

/// The mean squared error without its gradient, to evaluate a model.
///
/// @param output (time, batch, features), of float or double.
/// @param targets of the same shape.
/// @return the loss in squared units of the output.
/// @throws std::invalid_argument as above.
template <class Y, class Targets>
double mean_squared_error(Y const& output, Targets const& targets)
{
    using T = typename Y::value_type;
    return train_internal::mean_squared_error_into(output, targets, exec_internal::full_length{},
                                                   static_cast<xt::xtensor<T, 3>*>(nullptr));
}

/// The mean squared error of sequences of different lengths. Only entries within the lengths count in N.
/// After the end of a sequence the gradient is zero, and output and targets are not read.
///
/// @param lengths steps of each sequence, see bptt::forward().
/// @throws std::invalid_argument as above, and if a length is not from 1 to the steps of the output.
template <class Y, class Targets, exec_internal::length_list Lengths, class T>
double mean_squared_error(Y const& output, Targets const& targets, Lengths const& lengths,
                          xt::xtensor<T, 3>& gradient)
{
    return train_internal::mean_squared_error_into(output, targets, lengths, &gradient);
}
template <class Y, class Targets, exec_internal::length_list Lengths>
double mean_squared_error(Y const& output, Targets const& targets, Lengths const& lengths)
{
    using T = typename Y::value_type;
    return train_internal::mean_squared_error_into(output, targets, lengths,
                                                   static_cast<xt::xtensor<T, 3>*>(nullptr));
}

}  // namespace rondo::inline RONDO_ISA
