// Misuses of streams.
#include "tiny.hpp"

#include <array>

using namespace rondo;
using namespace rondo::test;

namespace {

struct one_stream {
    model<tiny> m = tiny_model();
    stream<tiny> live{m, batch};
    std::array<float, batch * features> x{0.5F, -0.5F, 0.25F, 1, 0, -1};

    numbers step()
    {
        numbers const y = all_of(live.step(x));
        return all_of(y, live.step(x), live.current_states()[0], live.current_states()[1]);
    }
    numbers use()
    {
        live.load(m.parameters());
        live.reset();
        return step();
    }
};

model<tiny> wide_model()
{
    model<tiny> m{input{100}, hidden{130}};
    initialize_uniform(m.parameters(), 1);
    return m;
}

}  // namespace

TEST_CASE("misuses of a stream")
{
    check<one_stream>({
        {"a model that was moved from",
         [](auto& s) {
             model<tiny> other = std::move(s.m);
             try {
                 stream live{s.m};
             } catch (std::logic_error const&) {
                 s.m = std::move(other);
                 throw;
             }
         },
         throws<std::logic_error>("this model was moved from")},
        {"no voices", [](auto& s) { stream<tiny>(s.m, 0); }, rejects("expected at least 1 voice; found 0")},
        {"states of another batch", [](auto& s) { s.live.set_states(some_states(batch + 1)); },
         rejects("the state of a stream number 1: expected shape (batch = 2, hidden = 5); found (3, 5)")},
        {"states of no batch", [](auto& s) { s.live.set_states(s.m.zero_states(0)); },
         rejects("found (0, 5)")},
        {"a second state of another size",
         [](auto& s) {
             states wrong = some_states();
             wrong[1] = xt::zeros<float>({batch, width + 1});
             s.live.set_states(wrong);
         },
         rejects("number 2: expected shape (batch = 2, hidden = 5); found (2, 6)")},
        {"states that were never set", [](auto& s) { s.live.set_states({}); }, rejects("number 1")},
        {"states that were moved from",
         [](auto& s) {
             states wrong = some_states();
             xt::xtensor<float, 2> const taken = std::move(wrong[1]);
             s.live.set_states(wrong);
         },
         rejects("the state of a stream number 2: expected an array with entries; found an array that was "
                 "moved from")},
        {"parameters of other sizes",
         [](auto& s) {
             s.live.load(model<tiny>{input{features}, hidden{width + 1}}.parameters());
         },
         rejects("parameter 'W': expected shape (5, 3); found shape (6, 3)")},
        {"its own states",
         [](auto& s) {
             s.step();
             s.live.set_states(s.live.current_states());
             return s.step();
         },
         right{[](auto& s) {
             s.step();
             return s.step();
         }}},
        {"a model that has changed",
         [](auto& s) {
             s.m.parameters().fill(0);
             numbers const n = s.step();
             s.m = tiny_model();
             return n;
         },
         right{use}},
        {"an input of too few voices", [](auto& s) { s.live.step(std::span(s.x).first(features)); },
         rejects("the input of a stream: expected 6 numbers (voices = 2, 3 features); found 3")},
        {"an empty input", [](auto& s) { s.live.step({}); }, rejects("the input of a stream: expected 6")},
        {"a stream that was moved from",
         [](auto& s) {
             stream<tiny> other = std::move(s.live);
             try {
                 s.live.step(s.x);
             } catch (std::logic_error const&) {
                 s.live = std::move(other);
                 throw;
             }
         },
         throws<std::logic_error>("moved")},
        {"a stream that is moved between steps",
         [](auto& s) {
             s.step();
             stream<tiny> other = std::move(s.live);
             s.live = std::move(other);
             return s.step();
         },
         right{[](auto& s) {
             s.step();
             return s.step();
         }}},
        {"the output of many features is the input",
         [](auto&) {
             stream wide{wide_model()};
             std::vector<float> const first(100, 0.5F);
             auto y = wide.step(first);
             for (int i = 0; i < 3; ++i) {
                 y = wide.step(y);
             }
             return all_of(y);
         },
         right{[](auto&) {
             stream wide{wide_model()};
             std::vector<float> x(100, 0.5F);
             for (int i = 0; i < 4; ++i) {
                 auto const y = wide.step(x);
                 x.assign(y.begin(), y.end());
             }
             return all_of(x);
         }}},
        {"the output is the input",
         [](auto& s) {
             auto y = s.live.step(s.x);
             for (int i = 0; i < 3; ++i) {
                 y = s.live.step(y);
             }
             return all_of(y);
         },
         right{[](auto& s) {
             auto y = s.live.step(s.x);
             for (int i = 0; i < 3; ++i) {
                 std::vector<float> const copy(y.begin(), y.end());
                 y = s.live.step(copy);
             }
             return all_of(y);
         }}},
    });
}
