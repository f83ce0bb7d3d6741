#include <rondo/cell/elman.hpp>
#include <rondo/lang/cell.hpp>
#include <rondo/run/bptt.hpp>

#include <doctest/doctest.h>

#include <cstddef>

namespace frozen_test {

using namespace rondo;

namespace {

struct scaled {
    weight<hidden, input> W;
    weight<hidden> gain = first_value(2.0);
    RONDO_MEMBERS(W, gain);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        return next{tanh(gain * (W * x) + 0.5 * h)};
    }
};

template <template <class> class Wrapped>
struct reading {
    Wrapped<scaled> encoder;
    weight<hidden> read;
    RONDO_MEMBERS(encoder, read);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto const [encoded] = encoder(x, h);
        return next{encoded}.output(read * encoded);
    }
};
template <class Cell>
using trained = Cell;

}  // namespace

TEST_CASE("frozen: the parameters of a member are constants, and the others have the gradients they had")
{
    model<reading<frozen>> m{input{2}, hidden{3}};
    model<reading<trained>> all{input{2}, hidden{3}};
    CHECK(m.parameters().info(0).name.view() == "encoder.W");
    CHECK(m.parameters().info(0).is_constant);
    CHECK(m.parameters().info(1).is_constant);
    CHECK_FALSE(m.parameters().info(2).is_constant);
    CHECK(m["encoder.gain"_s](1) == 2);

    xt::xtensor<float, 3> const x = xt::ones<float>({4, 1, 2});
    CHECK_THROWS_AS(bptt{m}.forward(x), input_error);  // encoder.W is not set
    m["encoder.W"_s] = 0.25F * xt::ones<float>({3, 2});
    m["read"_s] = xt::ones<float>({3});
    for (std::size_t i = 0; i < 3; ++i) {
        std::ranges::copy(m.parameters().entries(i), all.parameters().entries(i).begin());
    }
    bptt run{m};
    bptt trained_run{all};
    auto const& y = run.forward(x);
    CHECK(y == trained_run.forward(x));
    auto const& g = run.backward(y);
    auto const& of_all = trained_run.backward(y);
    CHECK(g.parameters["read"_s] == of_all.parameters["read"_s]);
    CHECK(g.input == of_all.input);
    CHECK(g.parameters.entries(0).empty());
}

TEST_CASE("frozen: a frozen cell is a cell")
{
    model<frozen<elman<>>> m{input{2}, hidden{3}};
    CHECK(m.parameters().flat().empty());
}

}  // namespace frozen_test
