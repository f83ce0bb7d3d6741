// Misuses of the gradient check.
#include "tiny.hpp"

#include <limits>

using namespace rondo;
using namespace rondo::test;

namespace {

using doubles = xt::xtensor<double, 3>;
using states_in_double = states_of<tiny, double>;

struct one_check {
    model<tiny, double> m{input{2}, hidden{2}};
    doubles x = filled<doubles>({2, 1, 2});
    states_in_double h = m.zero_states(1);

    one_check() { initialize_uniform(m.parameters(), 1); }
    numbers use()
    {
        gradient_report const report = check_gradient(m, x, h);
        CHECK(report.agrees());
        numbers all{report.loss};
        for (auto const& t : report.tensors) {
            all.push_back(t.derived);
        }
        return all_of(all, m.parameters().flat());
    }
};

}  // namespace

TEST_CASE("misuses of the gradient check")
{
    check<one_check>({
        {"other features",
         [](auto& s) {
             check_gradient(s.m, filled<doubles>({2, 1, 3}), s.h);
         },
         rejects("the input x: expected shape (time, batch, input = 2)")},
        {"no steps",
         [](auto& s) {
             check_gradient(s.m, filled<doubles>({0, 1, 2}), s.h);
         },
         rejects("found (0, 1, 2)")},
        {"states of another batch", [](auto& s) { check_gradient(s.m, s.x, s.m.zero_states(2)); },
         rejects("the initial state number 1: expected shape (batch = 1, hidden = 2); found (2, 2)")},
        {"a loss that is not finite",
         [](auto& s) {
             doubles x = s.x;
             x(0, 0, 0) = std::numeric_limits<double>::quiet_NaN();
             check_gradient(s.m, x, s.h);
         },
         rejects("finite")},
        {"a batch of zero",
         [](auto&) {
             gradient_check_options const usual{};
             check_gradient<tiny>(2, 0, usual, input{2}, hidden{2});
         },
         rejects("found (2, 0, 2)")},
        {"a number of steps that was negative",
         [](auto&) {
             gradient_check_options const usual{};
             check_gradient<tiny>(static_cast<std::size_t>(-2), 1, usual, input{2}, hidden{2});
         },
         rejects("check_gradient: expected at most")},
        {"parameters that are read only while they change",
         [](auto& s) {
             model<tiny, double> const before = s.m;
             check_gradient(s.m, s.x, s.h);
             return all_of(s.m.parameters().flat());
         },
         right{[](auto& s) { return all_of(s.m.parameters().flat()); }}},
    });
}
