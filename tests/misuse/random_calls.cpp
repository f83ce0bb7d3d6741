// Random calls of runs, in any order and with arrays of any shape and layout, against plain loops.
#include "random_batch.hpp"

#include <cstddef>
#include <utility>
#include <vector>

using namespace rondo;
using namespace rondo::test;

namespace {

/// Calls @p call with @p array in one of many forms; the memory dies with the call.
template <class F>
void call_with_form(sequence const& array, choices& random, F&& call)
{
    std::size_t const steps = array.shape()[0], count = array.shape()[1];
    switch (random.from(0, 8)) {
        case 0: return call(sequence(array));
        case 1: return call(xt::xtensor<float, 3, xt::layout_type::column_major>(array));
        case 2: return call(xt::xarray<double>(array));
        case 3: return call(2 * array - array);
        case 4: {
            std::vector<float> const numbers(array.begin(), array.end());
            return call(shaped(numbers, steps, count, features));
        }
        case 5: {
            sequence wide = filled({2 * steps, count, features + 2});
            auto view = xt::view(wide, xt::range(0, 2 * steps, 2), xt::all(), xt::range(1, features + 1));
            view = array;
            return call(view);
        }
        case 6: {
            sequence const turned = xt::transpose(array, {1, 0, 2});
            return call(xt::transpose(turned, {1, 0, 2}));
        }
        case 7: {
            sequence const reversed = xt::flip(array, 0);
            return call(xt::flip(reversed, 0));
        }
        default: {
            sequence tall = filled({steps + 3, count, features});
            auto view = xt::view(tall, xt::range(2, steps + 2));
            view = array;
            return call(view);
        }
    }
}

/// One forward() and its backward() in random forms.
void train_randomly(bptt<tiny>& run, batch_of_sequences const& q, choices& random, difference& d)
{
    if (random.one_in(3)) {
        d.add_output(run.forward(q.list(), {.initial = q.given_states()}), q);
    } else {
        call_with_form(q.x, random, [&](auto const& x) {
            d.add_output(run.forward(x, {.lengths = q.lengths, .initial = q.given_states()}), q);
        });
    }
    d.add_final_states(run.final_states(), q);
    if (random.one_in(4)) {
        bptt<tiny> moved = std::move(run);
        run = std::move(moved);
    }
    if (random.one_in(4)) {
        CHECK_THROWS_AS(run.backward(filled({7, 1, features})), input_error);
    }
    for (std::size_t again = random.from(1, 2); again > 0; --again) {
        call_with_form(q.dy, random, [&](auto const& dy) {
            states_view<tiny, float> final{};
            if (q.has_final_gradient) {
                final = q.dfinal;
            }
            d.add_gradient(run.backward(dy, {.final = final}), q);
        });
    }
}

/// One infer() in a random form, after which there is no backward().
void infer_randomly(bptt<tiny>& run, batch_of_sequences const& q, choices& random, difference& d)
{
    auto const infer = [&](auto const& x, lengths_view lengths) {
        auto const wanted = static_cast<output_steps>(random.from(0, 2));
        auto const& y = run.infer(x, {.lengths = lengths, .initial = q.given_states(), .outputs = wanted});
        if (wanted == output_steps::all) {
            d.add_output(y, q);
        } else if (wanted == output_steps::last) {
            for (std::size_t b = 0; b < q.lengths.size(); ++b) {
                for (std::size_t i = 0; i < features; ++i) {
                    d.add(y(0, b, i), q.plain[b].steps.back().y[i]);
                }
            }
        }
    };
    if (random.one_in(3)) {
        infer(q.list(), {});
    } else {
        call_with_form(q.x, random, [&](auto const& x) { infer(x, q.lengths); });
    }
    d.add_final_states(run.final_states(), q);
    if (random.one_in(4)) {
        CHECK_THROWS_AS(run.backward(q.dy), std::logic_error);
    }
}

}  // namespace

TEST_CASE("random calls of a run are those of plain loops")
{
    choices random;
    model<tiny> const m = tiny_model();
    std::vector<bptt<tiny>> runs;
    runs.emplace_back(m);
    runs.emplace_back(m, run_options{.check_finite = true, .chunk_rows = 3});
    bptt<tiny> bounded{m, {.chunk_rows = 2, .memory = 41500}};
    int recomputed = 0;
    for (int call = 0; call < 1500; ++call) {
        CAPTURE(call);
        bool const is_bounded = random.one_in(10);
        bptt<tiny>& run = is_bounded ? bounded : runs[random.from(0, runs.size() - 1)];
        std::size_t const longest = is_bounded ? random.from(40, 60) : random.from(1, 6);
        batch_of_sequences const q(m.parameters(), random, longest);
        difference d;
        if (random.one_in(5)) {
            infer_randomly(run, q, random, d);
        } else {
            train_randomly(run, q, random, d);
        }
        CHECK(d.largest < tolerance);
        recomputed += bounded.plan().steps_again > 0 ? 1 : 0;
    }
    CHECK(recomputed > 0);
}
