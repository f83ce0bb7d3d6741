#pragma once
/// @file
/// The loss of a regression: the mean squared error.

#include <rondo/error/input_error.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/array_rows.hpp>
#include <rondo/sequence/check_lengths.hpp>
#include <rondo/sequence/output_rows.hpp>
#include <rondo/sequence/sequence_view.hpp>
#include <rondo/time/lengths_view.hpp>
#include <rondo/train/loss_gradient.hpp>
#include <rondo/train/mask_view.hpp>

#include <cmath>
#include <cstddef>

namespace rondo::inline RONDO_ISA {

/// Which entries count in a mean squared error. By default all do.
struct squared_error_arguments {
    lengths_view lengths{};       ///< steps of each sequence; the entries after them do not count
    mask_view mask{};             ///< (time, batch) or (time, batch, features); those with zeros do not count
    bool nan_is_missing = false;  ///< whether a target that is NaN is a missing one, which does not count
};

}  // namespace rondo::inline RONDO_ISA

namespace rondo::inline RONDO_ISA::train_internal {

/// Calls `f(entry, counts)` for every entry of targets of shape (steps, batch, features), in order.
template <class T, class F>
void for_each_target(array_rows<T> const& targets, squared_error_arguments const& with, F&& f)
{
    std::ptrdiff_t i = 0;
    for (std::ptrdiff_t t = 0; t < targets.shape(0); ++t) {
        for (std::ptrdiff_t b = 0; b < targets.shape(1); ++b) {
            bool const is_real = t < with.lengths.length(b, targets.shape(0));
            for (std::ptrdiff_t k = 0; k < targets.shape(2); ++k, ++i) {
                f(i,
                  is_real && with.mask(t, b, k) && !(with.nan_is_missing && std::isnan(targets.data()[i])));
            }
        }
    }
}

/// How many targets count.
/// @throws input_error naming the first of them that is not finite.
template <class T>
std::ptrdiff_t count_targets(array_rows<T> const& targets, squared_error_arguments const& with)
{
    std::ptrdiff_t counted = 0;
    for_each_target(targets, with, [&](std::ptrdiff_t i, bool counts) {
        if (counts && !std::isfinite(targets.data()[i])) {
            std::ptrdiff_t const features = targets.shape(2);
            std::ptrdiff_t const row = i / features;
            exec_internal::reject("the targets", "finite entries, or a mask or nan_is_missing",
                                  concat(targets.data()[i], " at (time ", row / targets.shape(1), ", batch ",
                                         row % targets.shape(1), ", feature ", i % features, ")"));
        }
        counted += counts ? 1 : 0;
    });
    return counted;
}

/// The loss, and its gradient unless @p gradient is null.
template <class T>
double mean_squared_error_into(sequence_view<T>&& output, sequence_view<T>&& targets,
                               squared_error_arguments const& with, xt::xtensor<T, 3>* gradient)
{
    output.check("the output", {});
    std::ptrdiff_t const steps = output.steps();
    std::ptrdiff_t const batch = output.batch();
    std::ptrdiff_t const size = output.features();
    targets.check("the targets", {.steps = steps, .batch = batch, .value = {"features", size}});
    check_lengths(with.lengths, steps, batch, 0);
    with.mask.check(steps, batch, size);
    array_rows<T> y;
    array_rows<T> wanted;
    y.bind(output, reading_beside(output, gradient));
    wanted.bind(targets, reading_beside(targets, gradient));
    std::ptrdiff_t const counted = count_targets(wanted, with);
    double const share = counted > 0 ? 1 / static_cast<double>(counted) : 0;

    T* to = nullptr;
    if (gradient != nullptr) {
        resize_sequence(*gradient, steps, batch, size);
        to = gradient->data();
    }
    double sum = 0;
    for_each_target(wanted, with, [&](std::ptrdiff_t i, bool counts) {
        double const off =
            counts ? static_cast<double>(y.data()[i]) - static_cast<double>(wanted.data()[i]) : 0;
        sum += off * off;
        if (to != nullptr) {
            to[i] = static_cast<T>(2 * share * off);
        }
    });
    return sum * share;
}

}  // namespace rondo::inline RONDO_ISA::train_internal

namespace rondo::inline RONDO_ISA {

/// The mean of the squared differences between @p output and @p targets over all entries that count, and its
/// derivative with respect to the output.
///
/// \f[ L = \frac{1}{N} \sum_{t,b,i} (y_{t,b,i} - \hat y_{t,b,i})^2, \qquad
///     \frac{\partial L}{\partial y_{t,b,i}} = \frac{2}{N} (y_{t,b,i} - \hat y_{t,b,i}),
///     \qquad N = \text{time} \cdot \text{batch} \cdot \text{features} \f]
///
/// @code
/// mean_squared_error(y, targets, dy, {.lengths = {9, 5, 7}});     // padded sequences
/// mean_squared_error(y, targets, dy, {.mask = mask});             // missing where the mask is zero
/// mean_squared_error(y, targets, dy, {.nan_is_missing = true});   // missing where a target is NaN
/// @endcode
///
/// Entries that do not count add nothing to the sum and to N, and their gradient is zero; if none counts, the
/// loss is 0.
///
/// @param output (time, batch, features): any xtensor expression.
/// @param targets of the same shape and in the same units.
/// @param[out] gradient of the same shape. Resized; nothing is allocated if the size is right. May
///                      be the same object as @p output or @p targets.
/// @param with which entries count.
/// @return the loss in squared units of the output, accumulated in double. It is not finite if
///         an output that counts is not.
/// @throws input_error if a shape does not fit, an extent is 0, a length is not from 1 to the steps of the
///         output, or a target that counts is not finite; @p gradient is then left as it was.
template <class Y, class Targets, class T, std::size_t Dimensions>
double mean_squared_error(Y const& output, Targets const& targets, xt::xtensor<T, Dimensions>& gradient,
                          squared_error_arguments&& with = {})
{
    return train_internal::mean_squared_error_into(exec_internal::sequence_view<T>::of_array(output),
                                                   exec_internal::sequence_view<T>::of_array(targets), with,
                                                   train_internal::gradient_of_vectors(gradient));
}

/// The mean squared error without its gradient, to evaluate a model.
///
/// @param output (time, batch, features), of float or double.
/// @param targets of the same shape.
/// @param with which entries count.
/// @return the loss in squared units of the output.
/// @throws input_error as above.
template <class Y, class Targets>
double mean_squared_error(Y const& output, Targets const& targets, squared_error_arguments&& with = {})
{
    using T = typename Y::value_type;
    return train_internal::mean_squared_error_into<T>(exec_internal::sequence_view<T>::of_array(output),
                                                      exec_internal::sequence_view<T>::of_array(targets),
                                                      with, nullptr);
}

}  // namespace rondo::inline RONDO_ISA
