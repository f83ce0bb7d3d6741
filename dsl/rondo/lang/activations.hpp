#pragma once
/// @file
/// Activation functions that are composed of other functions, entry by entry.

#include <rondo/lang/comparisons.hpp>
#include <rondo/lang/functions.hpp>
#include <rondo/lang/transcendental.hpp>

namespace rondo::inline RONDO_ISA {

/// Sigmoid linear unit, a sigmoid(a), also called swish (Elfwing, Uchibe and Doya 2018, arXiv:1702.03118).
template <class S>
constexpr expression<S> silu(expression<S> a)
{
    return a * sigmoid(a);
}
/// Gaussian error linear unit, a Φ(a), where Φ is the distribution function of the normal distribution
/// (Hendrycks and Gimpel 2016, arXiv:1606.08415). It is the exact form, with erf; far below zero, where the
/// result is close to zero, its absolute error is that of erf.
template <class S>
constexpr expression<S> gelu(expression<S> a)
{
    return 0.5 * a * (1 + erf(a * 0.70710678118654752));
}
/// Exponential linear unit: a above zero, else @p alpha (exp(a) - 1) (Clevert, Unterthiner and Hochreiter
/// 2016, arXiv:1511.07289).
template <class S>
constexpr expression<S> elu(expression<S> a, double alpha = 1)
{
    return where(a > 0, a, alpha * expm1(a));
}
/// Scaled exponential linear unit, which keeps mean 0 and variance 1 (Klambauer, Unterthiner, Mayr and
/// Hochreiter 2017, arXiv:1706.02515).
template <class S>
constexpr expression<S> selu(expression<S> a)
{
    return 1.0507009873554805 * elu(a, 1.6732632423543772);
}
/// Leaky rectifier: a above zero, else @p slope a (Maas, Hannun and Ng 2013, "Rectifier nonlinearities
/// improve neural network acoustic models"). The derivative at zero is the slope.
template <class S>
constexpr expression<S> leaky_relu(expression<S> a, double slope = 0.01)
{
    return where(a > 0, a, slope * a);
}
/// Piecewise linear logistic function, (a + 3) / 6 between 0 and 1 (Howard et al. 2019, arXiv:1905.02244).
/// The literature has other slopes, such as 1/2 (Courbariaux, Bengio and David 2015, arXiv:1511.00363).
template <class S>
constexpr expression<S> hard_sigmoid(expression<S> a)
{
    return clamp((a + 3) / 6, 0, 1);
}
/// Piecewise linear hyperbolic tangent, a between -1 and 1 (Collobert 2004, "Large scale machine learning").
template <class S>
constexpr expression<S> hard_tanh(expression<S> a)
{
    return clamp(a, -1, 1);
}
/// a / (1 + |a|), which approaches its limits slowly (Bergstra, Desjardins, Lamblin and Bengio 2009,
/// "Quadratic polynomials learn better image features").
template <class S>
constexpr expression<S> softsign(expression<S> a)
{
    return a / (1 + abs(a));
}
/// a tanh(softplus(a)) (Misra 2020, arXiv:1908.08681).
template <class S>
constexpr expression<S> mish(expression<S> a)
{
    return a * tanh(softplus(a));
}

}  // namespace rondo::inline RONDO_ISA
