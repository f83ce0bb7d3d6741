#include "unit/context_cells.hpp"
#include "unit/named_cells.hpp"
#include "unit/random_run.hpp"

#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/run/tangent_run.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <random>
#include <utility>
#include <vector>

namespace tangent_run_test {

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

/// The inner product of two gradients, or of a gradient and a direction; symbols have no part in it.
template <class Cell>
double dot(gradients<Cell, double> const& a, gradients<Cell, double> const& b)
{
    double sum = 0;
    auto const add = [&](auto const& x, auto const& y) {
        for (std::size_t i = 0; i < x.size(); ++i) {
            sum += x.data()[i] * y.data()[i];
        }
    };
    add(a.parameters.flat(), b.parameters.flat());
    for (std::size_t k = 0; k < step_inputs_of<Cell>::count; ++k) {
        if (!step_inputs_of<Cell>::list[k].is_symbol) {
            add(nth_array(a.input, k), nth_array(b.input, k));
        }
    }
    if constexpr (step_inputs_of<Cell>::per_sequence_count > 0) {
        for (std::size_t k = 0; k < step_inputs_of<Cell>::per_sequence_count; ++k) {
            if (!step_inputs_of<Cell>::per_sequence_list[k].is_symbol) {
                add(a.input.per_sequence(k), b.input.per_sequence(k));
            }
        }
    }
    if constexpr (!lang_internal::has_start<Cell>) {
        for (std::size_t k = 0; k < a.initial.size(); ++k) {
            add(a.initial[k], b.initial[k]);
        }
    }
    return sum;
}

template <class Cell, class... D>
gradients<Cell, double> random_direction(std::size_t steps, std::size_t batch, unsigned seed, D... size)
{
    test::random_run<Cell, double> const with(steps, batch, seed, size...);
    gradients<Cell, double> v{parameter_gradients<Cell, double>(with.m.bound()), with.x, with.initial};
    std::ranges::copy(with.m.parameters().flat(), v.parameters.flat().begin());
    if constexpr (lang_internal::has_start<Cell>) {
        v.initial = {};
    }
    return v;
}

/// A loss of half the sum of squares: its derivative is the output, and its change that of the output.
template <class Cell, class... D>
void agrees(D... size)
{
    test::random_run<Cell, double> with(5, 3, 1, size...);
    std::vector<int> const lengths{5, 2, 4};
    auto const arguments = [&](states_of<Cell, double> const& initial) {
        forward_arguments<Cell, double> all;
        if constexpr (ir_internal::compiled<Cell>::has_prologue) {
            all.lengths = lengths;
        }
        if constexpr (!lang_internal::has_start<Cell>) {
            all.initial = initial;
        }
        return all;
    };
    auto const u = random_direction<Cell>(5, 3, 2, size...);
    auto const v = random_direction<Cell>(5, 3, 3, size...);
    bptt reverse{with.m};
    tangent_run run{with.m};
    auto const derivatives = [&](auto const& y) {
        std::pair<outputs_of<Cell, double>, outputs_of<Cell, double>> d;
        for (std::size_t k = 0; k < step_outputs_of<Cell>::count; ++k) {
            nth_array(d.first, k) = y.at(2 * k);
            nth_array(d.second, k) = y.at(2 * k + 1);
        }
        return d;
    };
    reverse.forward(with.x, arguments(with.initial));

    auto const along_u = derivatives(run.forward(with.x, u, arguments(with.initial)));
    auto const& g = reverse.backward(along_u.first);
    double forward = 0;
    for (std::size_t k = 0; k < step_outputs_of<Cell>::count; ++k) {
        forward += xt::sum(nth_array(along_u.first, k) * nth_array(along_u.second, k))();
    }
    CHECK(forward == doctest::Approx(dot<Cell>(g, u)).epsilon(1e-12));

    double const vhu = dot<Cell>(run.backward(along_u.first, along_u.second), v);
    auto const along_v = derivatives(run.forward(with.x, v, arguments(with.initial)));
    double const uhv = dot<Cell>(run.backward(along_v.first, along_v.second), u);
    CHECK(uhv == doctest::Approx(vhu).epsilon(1e-11));

    // The change of the gradient for a small step along v.
    auto const gradient_at = [&](double s) {
        auto m = with.m;
        auto x = with.x;
        auto initial = with.initial;
        for (std::size_t i = 0; i < m.parameters().flat().size(); ++i) {
            m.parameters().flat()[i] += s * v.parameters.flat()[i];
        }
        for (std::size_t k = 0; k < step_inputs_of<Cell>::count; ++k) {
            nth_array(x, k) += (step_inputs_of<Cell>::list[k].is_symbol ? 0 : s) * nth_array(v.input, k);
        }
        if constexpr (step_inputs_of<Cell>::per_sequence_count > 0) {
            for (std::size_t k = 0; k < step_inputs_of<Cell>::per_sequence_count; ++k) {
                x.per_sequence(k) +=
                    (step_inputs_of<Cell>::per_sequence_list[k].is_symbol ? 0 : s) * v.input.per_sequence(k);
            }
        }
        if constexpr (!lang_internal::has_start<Cell>) {
            for (std::size_t k = 0; k < initial.size(); ++k) {
                initial[k] += s * v.initial[k];
            }
        }
        bptt there{m};
        outputs_of<Cell, double> const y = there.forward(x, arguments(initial));
        return dot<Cell>(there.backward(y), u);
    };
    CHECK(uhv == doctest::Approx((gradient_at(1e-5) - gradient_at(-1e-5)) / 2e-5).epsilon(1e-6));
}

}  // namespace

TEST_CASE("tangent_run: forward mode agrees with reverse mode; Hessian products are symmetric and right")
{
    agrees<lstm<>>(input{3}, hidden{9});
    agrees<test::observing>(input{3}, output{2}, hidden{5});
    agrees<test::reading_symbols>(output{6}, hidden{4});
}

TEST_CASE("tangent_run: per-sequence inputs, also symbols and numbers, and states that start() begins with")
{
    agrees<test::speaking>(input{3}, hidden{5}, test::speaker{2}, test::people{4});
    agrees<test::decoding>(input{2}, hidden{3}, test::speaker{2});
}

TEST_CASE("tangent_run: given states take the place of start(), which a direction of states cannot")
{
    test::random_run<test::decoding, double> with(4, 2, 1, input{2}, hidden{3}, test::speaker{2});
    gradients<test::decoding, double> direction{
        parameter_gradients<test::decoding, double>::without_entries()};
    tangent_run run{with.m};
    bptt plain{with.m};
    CHECK(test::difference(test::tensor_of("y", run.infer(with.x, direction)["y"_s]),
                           test::tensor_of("y", plain.infer(with.x))) < 1e-14);
    CHECK(xt::amax(xt::abs(run.infer(with.x, direction)["y.tangent"_s]))() == 0);

    direction.initial = with.initial;
    CHECK_THROWS_WITH_AS(run.infer(with.x, direction), doctest::Contains("begin with start()"), input_error);
    auto const& y = plain.forward(with.x, {.initial = with.initial});
    auto const change = run.forward(with.x, direction, {.initial = with.initial});
    CHECK(test::difference(test::tensor_of("y", change["y"_s]), test::tensor_of("y", y)) < 1e-14);
    double along = 0;
    auto const& g = plain.backward(y);
    for (std::size_t k = 0; k < with.initial.size(); ++k) {
        along += xt::sum(g.initial[k] * direction.initial[k])();
    }
    CHECK(along == doctest::Approx(xt::sum(change["y"_s] * change["y.tangent"_s])()).epsilon(1e-12));

    direction.initial = {};
    direction.input.per_sequence(0) = xt::ones<double>({2, 3});
    CHECK_THROWS_WITH_AS(run.infer(with.x, direction), doctest::Contains("context.tangent"), input_error);
}

TEST_CASE("tangent_run: parts of a direction without entries are zero")
{
    model<gru_reset_after<>, double> m{input{2}, hidden{3}};
    m.parameters().fill(0.25);
    xt::xtensor<double, 3> const x = xt::ones<double>({4, 1, 2});
    gradients<gru_reset_after<>, double> none{
        parameter_gradients<gru_reset_after<>, double>::without_entries()};
    tangent_run run{m};
    CHECK(xt::amax(xt::abs(run.infer(x, none)["y.tangent"_s]))() == 0);
    none.input = x;
    CHECK(run.infer(x, none)["y.tangent"_s](3, 0, 0) != 0);
    none.input = xt::ones<double>({4, 2, 2});
    CHECK_THROWS_WITH_AS(run.infer(x, none), doctest::Contains("x.tangent"), input_error);
}

TEST_CASE("tangent_run: the parameters of the model as they are at the call, and options that do not fit")
{
    model<lstm<>> m{input{2}, hidden{3}};
    tangent_run run{m};
    gradients<lstm<>, float> const direction{parameter_gradients<lstm<>, float>(m.bound())};
    xt::xtensor<float, 3> const x = xt::ones<float>({4, 1, 2});
    CHECK(run.infer(x, direction)["y"_s](3, 0, 0) == 0);
    m.parameters().fill(0.5F);
    bptt plain{m};
    CHECK(run.infer(x, direction)["y"_s](3, 0, 0) == doctest::Approx(plain.infer(x)(3, 0, 0)));
    CHECK_THROWS_AS((tangent_run{m, {.frozen = true}}), input_error);
    CHECK_THROWS_AS((tangent_run{m, {.input_gradient = false}}), input_error);

    model<lstm<>> const other{input{2}, hidden{4}};
    gradients<lstm<>, float> const wrong{parameter_gradients<lstm<>, float>(other.bound())};
    CHECK_THROWS_AS(run.infer(x, wrong), input_error);
    CHECK_THROWS_AS(run.backward(x, x), std::logic_error);
}

}  // namespace tangent_run_test
