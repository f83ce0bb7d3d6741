#pragma once
/// @file
/// Random batches of sequences, with what plain loops make of them.

#include "plain_tiny.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

namespace rondo::test {

using namespace literals;

/// Random choices.
struct choices {
    std::mt19937_64 bits{20240};

    std::size_t from(std::size_t first, std::size_t last)
    {
        return std::uniform_int_distribution<std::size_t>(first, last)(bits);
    }
    bool one_in(std::size_t n) { return from(1, n) == 1; }
};

/// The arguments of a run, and what plain loops make of them.
struct batch_of_sequences {
    std::vector<std::size_t> lengths{};
    bool has_states = false, has_final_gradient = false;
    sequence x{}, dy{};  ///< with NaN after the end of each sequence, which must not be read
    states initial{}, dfinal{};
    std::vector<plain_sequence> plain{};
    plain_gradient gradient{};

    batch_of_sequences(parameters<tiny, float> const& p, choices& random, std::size_t most)
    {
        bool const equal = random.one_in(3);
        std::size_t const count = random.from(1, 4);
        lengths.assign(count, most);
        for (std::size_t b = 1; !equal && b < count; ++b) {
            lengths[b] = random.from(1, most);
        }
        std::shuffle(lengths.begin(), lengths.end(), random.bits);
        has_states = random.one_in(2);
        has_final_gradient = random.one_in(2);
        x = filled({most, count, features}, random.bits());
        dy = filled({most, count, features}, random.bits());
        initial = some_states(count, random.bits());
        dfinal = some_states(count, random.bits());
        for (std::size_t b = 0; b < count; ++b) {
            plain_sequence& s = plain.emplace_back();
            s.steps.resize(lengths[b]);
            s.dy.resize(lengths[b]);
            for (std::size_t t = 0; t < lengths[b]; ++t) {
                for (std::size_t i = 0; i < features; ++i) {
                    s.steps[t].x[i] = x(t, b, i);
                    s.dy[t][i] = dy(t, b, i);
                }
            }
            xt::view(x, xt::range(lengths[b], most), b) = not_finite;
            xt::view(dy, xt::range(lengths[b], most), b) = not_finite;
        }
        compute(p);
    }
    /// Runs the plain loops.
    void compute(parameters<tiny, float> const& p)
    {
        gradient = {};
        for (std::size_t b = 0; b < plain.size(); ++b) {
            plain_sequence& s = plain[b];
            for (std::size_t i = 0; i < width; ++i) {
                s.h[i] = has_states ? initial[0](b, i) : 0;
                s.c[i] = has_states ? initial[1](b, i) : 0;
                s.dh[i] = has_final_gradient ? dfinal[0](b, i) : 0;
                s.dc[i] = has_final_gradient ? dfinal[1](b, i) : 0;
            }
            run_plainly(p, s);
            go_back_plainly(p, s, gradient);
        }
    }

    /// Lets only the outputs from step @p first on count.
    void count_from(std::size_t first)
    {
        has_final_gradient = false;
        for (plain_sequence& s : plain) {
            std::fill_n(s.dy.begin(), first, std::array<double, features>{});
        }
    }

    /// Lets only @p count outputs of each sequence count, from output @p first on.
    void count_window(std::vector<std::size_t> const& first, std::vector<std::size_t> const& count)
    {
        has_final_gradient = false;
        for (std::size_t b = 0; b < plain.size(); ++b) {
            for (std::size_t t = 0; t < plain[b].dy.size(); ++t) {
                if (t < first[b] || t >= first[b] + count[b]) {
                    plain[b].dy[t] = {};
                }
            }
        }
    }

    /// The sequences without padding, as a list.
    [[nodiscard]] std::vector<xt::xtensor<float, 2>> list() const
    {
        std::vector<xt::xtensor<float, 2>> all;
        for (std::size_t b = 0; b < lengths.size(); ++b) {
            all.emplace_back(xt::view(x, xt::range(0, lengths[b]), b, xt::all()));
        }
        return all;
    }
    [[nodiscard]] states_view<tiny, float> given_states() const
    {
        return has_states ? states_view<tiny, float>(initial) : states_view<tiny, float>();
    }
};

/// The largest difference between the arrays of a run and plain loops.
struct difference {
    double largest = 0;

    void add(double a, double b) { largest = std::max(largest, std::isfinite(a) ? std::fabs(a - b) : 1e9); }
    /// Of the outputs from step @p first on.
    void add_output(xt::xtensor<float, 3> const& y, batch_of_sequences const& q, std::size_t first = 0)
    {
        for (std::size_t b = 0; b < q.lengths.size(); ++b) {
            for (std::size_t t = 0; t < y.shape()[0]; ++t) {
                for (std::size_t i = 0; i < features; ++i) {
                    add(y(t, b, i), first + t < q.lengths[b] ? q.plain[b].steps[first + t].y[i] : 0);
                }
            }
        }
    }
    void add_final_states(states const& s, batch_of_sequences const& q)
    {
        for (std::size_t b = 0; b < q.lengths.size(); ++b) {
            for (std::size_t i = 0; i < width; ++i) {
                add(s[0](b, i), q.plain[b].h[i]);
                add(s[1](b, i), q.plain[b].c[i]);
            }
        }
    }
    /// The gradient of the input is that of the steps from @p first on.
    void add_gradient(gradients<tiny, float> const& g, batch_of_sequences const& q, std::size_t first = 0)
    {
        for (std::size_t b = 0; b < q.lengths.size(); ++b) {
            for (std::size_t t = 0; t < g.input.shape()[0]; ++t) {
                for (std::size_t i = 0; i < features; ++i) {
                    add(g.input(t, b, i), first + t < q.lengths[b] ? q.plain[b].dx[first + t][i] : 0);
                }
            }
            for (std::size_t i = 0; i < width; ++i) {
                add(g.initial[0](b, i), q.plain[b].dh[i]);
                add(g.initial[1](b, i), q.plain[b].dc[i]);
            }
        }
        add_parameters(g, q);
    }
    void add_parameters(gradients<tiny, float> const& g, batch_of_sequences const& q)
    {
        for (std::size_t i = 0; i < width; ++i) {
            add(g.parameters["b"_s](i), q.gradient.b[i]);
            for (std::size_t j = 0; j < features; ++j) {
                add(g.parameters["W"_s](i, j), q.gradient.W[i][j]);
                add(g.parameters["V"_s](j, i), q.gradient.V[j][i]);
            }
            for (std::size_t j = 0; j < width; ++j) {
                add(g.parameters["U"_s](i, j), q.gradient.U[i][j]);
            }
        }
    }
};

inline constexpr double tolerance = 2e-5;  // some 30 steps of float arithmetic on numbers of about 3

}  // namespace rondo::test
