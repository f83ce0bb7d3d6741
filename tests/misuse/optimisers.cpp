// Misuses of optimisers and of clipping.
#include "tiny.hpp"

#include <array>
#include <limits>
#include <span>

using namespace rondo;
using namespace rondo::test;

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

template <class Optimiser>
struct optimised {
    Optimiser descent{};
    std::vector<float> p = std::vector<float>(11, 0.5F), g = std::vector<float>(11, 0.25F);

    void update() { descent.update(p, std::span<float const>(g)); }
    /// Two updates from the start.
    numbers use()
    {
        descent.reset();
        p.assign(11, 0.5F);
        g.assign(11, 0.25F);
        update();
        update();
        return all_of(p);
    }
};

template <class Optimiser>
void check_updates()
{
    using subject = optimised<Optimiser>;
    check<subject>({
        {"fewer gradients than parameters",
         [](auto& s) {
             s.g.pop_back();
             s.update();
         },
         rejects("update: expected as many gradients as parameters, 11; found 10")},
        {"no gradient",
         [](auto& s) {
             s.g.clear();
             s.update();
         },
         rejects("found 0")},
        {"another number of parameters than before",
         [](auto& s) {
             s.update();
             s.p.resize(3);
             s.g.resize(3);
             s.update();
         },
         rejects("update: expected 11 parameters as in earlier calls")},
        {"no parameters before",
         [](auto& s) {
             s.descent.update({}, {});
             s.update();
         },
         rejects("update: expected 0 parameters as in earlier calls")},
        {"a rate of zero", [](auto& s) { s.descent.set_rate(0); }, rejects("rate: expected a positive")},
        {"a negative rate", [](auto& s) { s.descent.set_rate(-1); }, rejects("found -1")},
        {"a rate that is not a number", [](auto& s) { s.descent.set_rate(not_a_number); },
         rejects("found nan")},
        {"an infinite rate", [](auto& s) { s.descent.set_rate(infinity); }, rejects("found inf")},
        {"parameters that are their own gradients",
         [](auto& s) {
             s.p.assign(11, 0.25F);
             s.descent.update(s.p, std::span<float const>(s.p));
             return all_of(s.p);
         },
         right{[](auto& s) {
             s.p.assign(11, 0.25F);
             s.update();
             return all_of(s.p);
         }}},
        {"an optimiser that is moved",
         [](auto& s) {
             s.update();
             Optimiser other = std::move(s.descent);
             s.descent = std::move(other);
             s.update();
             return all_of(s.p);
         },
         right{[](auto& s) { return s.use(); }}},
        {"an optimiser that is assigned to itself",
         [](auto& s) {
             s.update();
             Optimiser& same = s.descent;
             s.descent = same;
             s.update();
             return all_of(s.p);
         },
         right{[](auto& s) { return s.use(); }}},
    });
}

struct clipped {
    std::vector<float> g{3, 0, 4};

    numbers use()
    {
        g = {3, 0, 4};
        double const norm = clip_global_norm(std::span(g), 1);
        return all_of(numbers{norm}, g);
    }
};

}  // namespace

TEST_CASE("misuses of stochastic gradient descent") { check_updates<sgd<float>>(); }
TEST_CASE("misuses of Adam") { check_updates<adam<float>>(); }

TEST_CASE("misuses of the settings of stochastic gradient descent")
{
    check<optimised<sgd<float>>>({
        {"a rate of zero", [](auto&) { sgd<float>({.rate = 0}); }, rejects("sgd: rate: expected")},
        {"a momentum of one", [](auto&) { sgd<float>({.momentum = 1}); }, rejects("sgd: momentum: expected")},
        {"a negative momentum", [](auto&) { sgd<float>({.momentum = -0.1}); }, rejects("found -0.1")},
        {"a momentum that is not a number", [](auto&) { sgd<float>({.momentum = not_a_number}); },
         rejects("nan")},
        {"Nesterov's without momentum", [](auto&) { sgd<float>({.nesterov = true}); },
         rejects("sgd: momentum: expected a positive number")},
        {"a negative decay", [](auto&) { sgd<float>({.weight_decay = -1}); },
         rejects("sgd: weight_decay: expected")},
        {"an infinite decay", [](auto&) { sgd<float>({.weight_decay = infinity}); },
         rejects("sgd: weight_decay: expected")},
    });
}

TEST_CASE("misuses of the settings of Adam")
{
    check<optimised<adam<float>>>({
        {"a rate that is not a number", [](auto&) { adam<float>({.rate = not_a_number}); },
         rejects("adam: rate")},
        {"beta1 of one", [](auto&) { adam<float>({.beta1 = 1}); }, rejects("adam: beta1: expected")},
        {"a negative beta1", [](auto&) { adam<float>({.beta1 = -0.5}); }, rejects("adam: beta1: expected")},
        {"beta2 of one", [](auto&) { adam<float>({.beta2 = 1}); }, rejects("adam: beta2: expected")},
        {"an epsilon of zero", [](auto&) { adam<float>({.epsilon = 0}); },
         rejects("adam: epsilon: expected")},
        {"an epsilon that is zero as a float", [](auto&) { adam<float>({.epsilon = 1e-60}); },
         rejects("adam: epsilon: expected")},
        {"a negative decay", [](auto&) { adam<float>({.weight_decay = -1}); },
         rejects("adam: weight_decay: expected")},
    });
}

TEST_CASE("misuses of clipping")
{
    check<clipped>({
        {"a limit of zero", [](auto& s) { clip_global_norm(std::span(s.g), 0); },
         rejects("clip_global_norm: limit: expected a positive number; found 0")},
        {"a negative limit", [](auto& s) { clip_global_norm(std::span(s.g), -1); }, rejects("found -1")},
        {"a limit that is not a number", [](auto& s) { clip_global_norm(std::span(s.g), not_a_number); },
         rejects("found nan")},
        {"no gradients", [](auto&) { return numbers{clip_global_norm(std::span<float>(), 1)}; },
         right{[](auto&) { return numbers{0}; }}},
        {"no models",
         [](auto&) { return numbers{clip_global_norm(std::array<parameter_group<float>, 0>{}, 1)}; },
         right{[](auto&) { return numbers{0}; }}},
        {"an infinite limit",
         [](auto& s) {
             double const norm = clip_global_norm(std::span(s.g), infinity);
             return all_of(numbers{norm}, s.g);
         },
         right{[](auto&) {
             return numbers{5, 3, 0, 4};
         }}},
        {"an infinite gradient",
         [](auto& s) {
             s.g = {1, std::numeric_limits<float>::infinity()};
             double const norm = clip_global_norm(std::span(s.g), 1);
             return all_of(numbers{norm}, s.g);
         },
         right{[](auto&) {
             return numbers{infinity, 1, infinity};
         }}},
    });
}
