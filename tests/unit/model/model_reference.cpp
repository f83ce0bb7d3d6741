#include "unit/edge_cells.hpp"
#include "unit/random_run.hpp"

#include <rondo/model/model_reference.hpp>
#include <rondo/run/stream.hpp>
#include <rondo/run/truncated_bptt.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

namespace model_reference_test {

using namespace rondo;
using namespace rondo::exec_internal;

namespace {

using cell_type = test::rectified;
using model_type = model<cell_type, double>;
using example_type = test::random_run<cell_type, double>;

example_type example(unsigned seed = 3) { return example_type(4, 2, seed, input{2}, hidden{3}); }

/// Output and gradients of a run of a model of its own.
test::tensors expected_of(model_type const& m, example_type const& with)
{
    model_type copy = m;
    bptt run{copy};
    return test::results_of(run, with);
}
/// Whether a run gives the results of a model with these parameters.
template <class Run>
bool follows(Run& run, model_type const& m, example_type const& with, run_options const& options = {})
{
    return test::difference(test::results_of(run, with), test::without(expected_of(m, with), options)) == 0;
}

/// A class as users write it.
struct net {
    explicit net(model_type const& from) : m(from) {}

    model_type m;
    bptt<cell_type, double> run{m};
};

}  // namespace

TEST_CASE("model_reference: of a model, which may move and die")
{
    std::optional<model_type> m(std::in_place, input{2}, hidden{3});
    (*m)["b"_s](1) = 7;
    model_reference<cell_type, double> reference = *m;
    reference.update();
    CHECK(&reference.parameters() == &m->parameters());
    model_type moved = std::move(*m);
    CHECK(&reference.parameters() == &moved.parameters());
    moved["b"_s](1) = 8;
    CHECK(reference.parameters()["b"_s](1) == 8);
    m.reset();
    moved = model_type{input{2}, hidden{3}};
    CHECK(reference.parameters()["b"_s](1) == 0);
    CHECK(reference.bound().of<hidden>() == 3);
}

TEST_CASE("model_reference: a model that was moved from is rejected")
{
    model_type m{input{2}, hidden{3}};
    model_type const taken = std::move(m);
    CHECK_THROWS_WITH_AS((model_reference<cell_type, double>(m)),
                         "rondo: this model was moved from; assign a model to it before it is used",
                         std::logic_error);
    CHECK_THROWS_AS(bptt{m}, std::logic_error);
    CHECK_THROWS_AS((truncated_bptt{m, {.every = 2, .over = 2}}), std::logic_error);
    CHECK_THROWS_AS(stream{m}, std::logic_error);
    CHECK_THROWS_AS(model_type(std::as_const(m)), std::logic_error);
    model_type other = taken;
    CHECK_THROWS_AS(other = m, std::logic_error);
    CHECK_THROWS_AS(other = std::move(m), std::logic_error);
    m = taken;
    CHECK(bptt{m}.parameter_groups()[0].parameters.size() == taken.parameters().flat().size());
}

TEST_CASE("model_reference: a run outlives its model")
{
    auto with = example();
    auto const expected = expected_of(with.m, with);
    auto m = std::make_unique<model_type>(with.m);
    bptt run{*m};
    m.reset();
    CHECK(test::difference(test::results_of(run, with), expected) == 0);

    bptt of_temporary{model_type(with.m)};
    CHECK(test::difference(test::results_of(of_temporary, with), expected) == 0);
    REQUIRE(!of_temporary.parameter_groups()[0].parameters.empty());
    of_temporary.parameter_groups()[0].parameters[0] += 1;
    CHECK(test::difference(test::results_of(of_temporary, with), expected) > 0);

    truncated_bptt kept{with.m, {.every = 4, .over = 4}};
    truncated_bptt truncated{model_type(with.m), {.every = 4, .over = 4}};
    CHECK(truncated.forward(with.x) == kept.forward(with.x));
    CHECK(test::difference(test::tensors_of(truncated.backward(with.dy)),
                           test::tensors_of(kept.backward(with.dy))) == 0);
}

TEST_CASE("model_reference: objects of a model and a run move, in a growing vector too")
{
    std::vector<example_type> withs;
    std::vector<net> nets;
    for (unsigned i = 0; i < 5; ++i) {
        withs.push_back(example(i));
        nets.emplace_back(withs.back().m);
    }
    CHECK(std::is_nothrow_move_constructible_v<net>);
    auto const all_right = [&] {
        for (std::size_t i = 0; i < nets.size(); ++i) {
            CAPTURE(i);
            CHECK(follows(nets[i].run, withs[i].m, withs[i]));
            // The run trains the model beside it.
            CHECK(nets[i].run.parameter_groups()[0].parameters.data() ==
                  nets[i].m.parameters().flat().data());
            nets[i].m["b"_s](0) += 1;
            withs[i].m["b"_s](0) += 1;
            CHECK(follows(nets[i].run, withs[i].m, withs[i]));
        }
    };
    all_right();
    nets.erase(nets.begin() + 1);
    withs.erase(withs.begin() + 1);
    all_right();
    std::swap(nets[0], nets[2]);
    std::swap(withs[0], withs[2]);
    all_right();
    std::rotate(nets.begin(), nets.begin() + 1, nets.end());
    std::rotate(withs.begin(), withs.begin() + 1, withs.end());
    all_right();
}

TEST_CASE("model_reference: objects of a model and a run of other sizes can be assigned, too")
{
    example_type const large(4, 2, 9, input{2}, hidden{8});
    net a(example().m);
    net b(large.m);
    a = std::move(b);
    CHECK(follows(a.run, large.m, large));
    CHECK(a.run.parameter_groups()[0].parameters.data() == a.m.parameters().flat().data());
}

TEST_CASE("model_reference: runs use the parameters that are assigned to their model")
{
    auto const with = example();
    auto const other = example(4);
    model_type m = with.m;
    bptt run{m};
    bptt frozen{m, {.frozen = true}};
    test::results_of(frozen, with);
    double const* const entries = m.parameters().flat().data();
    m = other.m;
    CHECK(follows(run, other.m, with));
    CHECK(m.parameters().flat().data() == entries);
    m = model_type(with.m);
    CHECK(follows(run, with.m, with));
    CHECK(m.parameters().flat().data() == entries);
    m = std::as_const(m);
    CHECK(follows(run, with.m, with));
    auto& same = m;
    m = std::move(same);
    CHECK(follows(run, with.m, with));

    // The runs of a model that is moved into this one follow, and so do its own.
    model_type third = other.m;
    bptt of_third{third};
    m = std::move(third);
    CHECK(follows(run, other.m, with));
    CHECK(follows(of_third, other.m, with));
    m["b"_s](0) = 5;
    CHECK(follows(run, m, with));
    CHECK(follows(of_third, m, with));
    CHECK(run.parameter_groups()[0].parameters.data() == m.parameters().flat().data());
    CHECK(follows(frozen, m, with,
                  {.frozen = true}));  // it packs the weights of the model that it did not know
}

TEST_CASE("model_reference: sizes under a run do not change, and without one they do")
{
    auto const with = example();
    model_type m = with.m;
    {
        bptt run{m};
        CHECK_THROWS_WITH_AS((m = model_type{input{2}, hidden{30}}),
                             "rondo: dimension 'hidden' of the assigned model: expected 3, as runs refer to "
                             "the model that is assigned to; found 30",
                             input_error);
        model_type const large{input{3}, hidden{3}};
        CHECK_THROWS_WITH_AS(m = large, doctest::Contains("dimension 'input'"), input_error);
        CHECK(follows(run, with.m, with));

        model_type taken{input{2}, hidden{8}};
        bptt of_taken{taken};
        bptt elsewhere = std::move(run);
        m = std::move(taken);
        CHECK(m.bound().of<hidden>() == 8);
        char const* const replaced =
            "rondo: the model of this run was replaced by a model of other sizes, which needs a run of its "
            "own";
        CHECK_THROWS_WITH_AS(elsewhere.forward(with.x), replaced, std::logic_error);
        CHECK_THROWS_WITH_AS(elsewhere.infer(with.x), replaced, std::logic_error);
        CHECK_THROWS_WITH_AS(elsewhere.parameter_groups(), replaced, std::logic_error);
        example_type const large_run(4, 2, 9, input{2}, hidden{8});
        m = large_run.m;
        CHECK(follows(of_taken, large_run.m, large_run));
    }
    m = model_type{input{7}, hidden{5}};
    CHECK(m.bound().of<input>() == 7);
    CHECK(m["U"_s].shape()[0] == 5);
    m = with.m;
    CHECK(m.bound().of<input>() == 2);
}

}  // namespace model_reference_test
