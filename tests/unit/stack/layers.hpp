#pragma once
/// @file
/// Layers for tests, and tests of every kind of layer.

#include "unit/random_run.hpp"

#include <rondo/lang/cell.hpp>
#include <rondo/model/xtensor.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/stack/layer.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <random>
#include <stdexcept>
#include <vector>

namespace rondo::test {

using namespace check_internal;

using sequences = xt::xtensor<double, 3>;

/// A cell that is not in the gallery: two states of different dimensions, and another output.
struct coupled {
    weight<hidden, input> W;
    weight<hidden, output> U;
    weight<output, hidden> V;
    bias<output> b;
    RONDO_MEMBERS(W, U, V, b);

    constexpr auto operator()(vec<input> x, vec<hidden> h, vec<output> s) const
    {
        auto h_next = tanh(W * x + U * s) * sigmoid(h);
        auto s_next = tanh(V * h_next + b) - 0.5 * s;
        return next{h_next, s_next}.output(s_next + V * h);
    }
};

/// A layer that is independent of Rondo: each output is the input times a factor, which is trained.
class scaling {
   public:
    using value_type = double;

    explicit scaling(double factor) : factor_(factor) {}

    sequences const& forward(sequences const& x, layer_arguments&& with = {}) { return run(x, with.lengths); }
    sequences const& infer(sequences const& x, layer_arguments&& with = {}) { return run(x, with.lengths); }
    struct result {
        sequences input;
    };
    result const& backward(sequences const& dy)
    {
        gradient_ = 0;
        g_.input = xt::zeros_like(dy);
        for_each_real(dy, [&](auto t, auto b, auto i) {
            g_.input(t, b, i) = factor_ * dy(t, b, i);
            gradient_ += dy(t, b, i) * (*x_)(t, b, i);
        });
        return g_;
    }
    std::array<parameter_group<double>, 1> parameter_groups() { return {{{{&factor_, 1}, {&gradient_, 1}}}}; }

   private:
    sequences const& run(sequences const& x, lengths_view lengths)
    {
        lengths_.clear();
        for (std::size_t b = 0; b < x.shape()[1]; ++b) {
            lengths_.push_back(
                lengths.length(static_cast<std::ptrdiff_t>(b), static_cast<std::ptrdiff_t>(x.shape()[0])));
        }
        x_ = &x;
        y_ = xt::zeros_like(x);
        for_each_real(x, [&](auto t, auto b, auto i) { y_(t, b, i) = factor_ * x(t, b, i); });
        return y_;
    }
    template <class F>
    void for_each_real(sequences const& like, F f)
    {
        for (std::size_t b = 0; b < like.shape()[1]; ++b) {
            for (std::size_t t = 0; t < static_cast<std::size_t>(lengths_[b]); ++t) {
                for (std::size_t i = 0; i < like.shape()[2]; ++i) {
                    f(t, b, i);
                }
            }
        }
    }

    double factor_;
    double gradient_ = 0;
    sequences const* x_ = nullptr;
    std::vector<std::ptrdiff_t> lengths_;
    sequences y_;
    result g_;
};

/// A layer whose output is its input without one step or one feature.
class shrinking {
   public:
    using value_type = double;

    shrinking(std::size_t steps, std::size_t features) : steps_(steps), features_(features) {}

    sequences const& forward(sequences const& x, layer_arguments const& = {}) { return run(x); }
    sequences const& infer(sequences const& x, layer_arguments const& = {}) { return run(x); }
    input_gradient<double> backward(sequences const&) { return {y_}; }

   private:
    sequences const& run(sequences const& x)
    {
        y_ = xt::zeros<double>({x.shape()[0] - steps_, x.shape()[1], x.shape()[2] - features_});
        return y_;
    }
    std::size_t steps_, features_;
    sequences y_;
};

/// A model with random parameters.
template <class Cell, class T = double, dimension_name... D>
model<Cell, T> random_model(unsigned seed, D... bound)
{
    model<Cell, T> m{bound...};
    std::mt19937_64 bits(seed);
    for (std::size_t i = 0; i < m.parameters().count; ++i) {
        fill_randomly(m.parameters().entries(i), bits, 0.75);
    }
    return m;
}

template <class T = double>
xt::xtensor<T, 3> random_sequences(unsigned seed, std::size_t steps, std::size_t batch, std::size_t features)
{
    xt::xtensor<T, 3> x = xt::zeros<T>({steps, batch, features});
    std::mt19937_64 bits(seed);
    fill_randomly(x, bits, 1);
    return x;
}

/// The first @p length steps of sequence @p b, alone.
inline sequences alone(sequences const& all, std::size_t b, std::ptrdiff_t length)
{
    return xt::view(all, xt::range(0, length), xt::range(b, b + 1), xt::all());
}

/// Output, gradient of the input and gradients of the models.
template <class Layer>
tensors results_of_layer(Layer& l, sequences const& x, sequences const& dy, lengths_view lengths = {})
{
    tensors out{tensor_of("output", l.forward(x, {.lengths = lengths}))};
    out.push_back(tensor_of("gradient of the input", l.backward(dy).input));
    for (auto const& m : parameter_groups_of(l)) {
        out.push_back(tensor_of("gradient of a model", m.gradients));
    }
    return out;
}

/// Checks that sequences of different lengths give the results of each alone, with gradients of models added
/// up; that padding is not read and that results are zero there; and that infer() agrees with forward().
template <class Layer>
void lengths_agree(Layer& l, std::size_t features, double tolerance = 1e-14)
{
    std::array<int, 5> const lengths{3, 7, 1, 7, 4};
    sequences x = random_sequences(11, 8, 5, features);
    sequences dy = random_sequences(12, 8, 5, l.infer(x).shape()[2]);
    auto const put = [&](sequences& to, double value) {
        for (std::size_t b = 0; b < 5; ++b) {
            xt::view(to, xt::range(lengths[b], 8), b, xt::all()) = value;
        }
    };
    put(x, std::nan(""));
    put(dy, std::nan(""));
    sequences const inferred = l.infer(x, {.lengths = lengths});
    sequences const y = l.forward(x, {.lengths = lengths});
    sequences const dx = l.backward(dy).input;
    CHECK(inferred == y);
    std::vector<std::vector<double>> sums;
    for (auto const& m : parameter_groups_of(l)) {
        sums.emplace_back(m.gradients.begin(), m.gradients.end());
    }
    std::vector<std::vector<double>> expected(sums.size());
    sequences wanted_y = xt::zeros_like(y);
    sequences wanted_dx = xt::zeros_like(dx);
    for (std::size_t b = 0; b < 5; ++b) {
        sequences const own = alone(x, b, lengths[b]);
        xt::view(wanted_y, xt::range(0, lengths[b]), xt::range(b, b + 1), xt::all()) = l.forward(own);
        sequences const own_dy = alone(dy, b, lengths[b]);
        xt::view(wanted_dx, xt::range(0, lengths[b]), xt::range(b, b + 1), xt::all()) =
            l.backward(own_dy).input;
        std::size_t k = 0;
        for (auto const& m : parameter_groups_of(l)) {
            expected[k].resize(m.gradients.size());
            for (std::size_t i = 0; i < m.gradients.size(); ++i) {
                expected[k][i] += m.gradients[i];
            }
            ++k;
        }
    }
    CHECK(difference(tensor_of("", y), tensor_of("", wanted_y)) <= tolerance);
    CHECK(difference(tensor_of("", dx), tensor_of("", wanted_dx)) <= tolerance);
    for (std::size_t k = 0; k < sums.size(); ++k) {
        CAPTURE(k);
        CHECK(difference(named_tensor{"", sums[k]}, named_tensor{"", expected[k]}) <= tolerance);
    }
    for (std::size_t b = 0; b < 5; ++b) {
        for (std::size_t t = static_cast<std::size_t>(lengths[b]); t < 8; ++t) {
            CHECK(xt::all(xt::equal(xt::view(y, t, b, xt::all()), 0.0)));
            CHECK(xt::all(xt::equal(xt::view(dx, t, b, xt::all()), 0.0)));
        }
    }
}

}  // namespace rondo::test
