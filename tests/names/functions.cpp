/// A user defines a function for each word, in the namespace of a cell, that takes any arguments.
/// Argument-dependent lookup finds it if the library calls a function of that name without a qualifier.

#include "words.hpp"

#include <doctest/doctest.h>
#include <rondo/exec/tbb_thread_pool.hpp>
#include <rondo/io/safetensors.hpp>
#include <rondo/pass/drawing.hpp>
#include <rondo/rondo.hpp>

#include <filesystem>

using namespace rondo;

namespace {

#define FUNCTION(word)                  \
    template <class... Arguments>       \
    constexpr bool word(Arguments&&...) \
    {                                   \
        return true;                    \
    }
WORDS(FUNCTION)
#undef FUNCTION

struct own : dimension {
    using dimension::dimension;
};
struct other : dimension {
    using dimension::dimension;
};

struct mine {
    weight<own, other> W;
    weight<own, own> U;
    bias<own> b;
    RONDO_MEMBERS(W, U, b);

    constexpr auto operator()(vec<other> x, vec<own> h) const { return next{tanh(W * x + U * h + b)}; }
};

using sequence_type = xt::xtensor<double, 3>;

}  // namespace

TEST_CASE("a user's functions may have the names of the library's internal functions")
{
#define CALL(word) CHECK(word(0));
    WORDS(CALL)
#undef CALL
}

TEST_CASE("the library calls its own functions and not those of a user")
{
    model<mine, double> m{own{3}, other{2}};
    initialize_uniform(m.parameters(), 1);
    initialize_orthogonal(m.parameters(), 1);
    sequence_type const x = xt::ones<double>({4, 2, 2});
    sequence_type const target = xt::zeros<double>({4, 2, 3});
    sequence_type dy;

    tbb_thread_pool threads(2);
    bptt run{m, {.pool = &threads}};
    mean_squared_error(run.forward(x), target, dy);
    auto const& gradients = run.backward(dy);
    double const first = gradients.parameters.flat()[0];
    CHECK(std::isfinite(first));
    clip_global_norm(run.last_gradients().parameters.flat(), 1.0);
    adam<double> optimizer{{.rate = 0.01}};
    optimizer.update(m.parameters().flat(), gradients.parameters.flat());

    CHECK(check_gradient<mine>(4, 2, {}, own{3}, other{2}).agrees());
    CHECK(costs_of(m).parameters == 18);
    CHECK(draw_backward<mine>().text.size() > 0);
    truncated_bptt pieces{m, {.every = 2, .over = 2}};
    sequence_type const piece = xt::ones<double>({2, 2, 2});
    CHECK(pieces.forward(piece).size() == 12);
    stream<mine, double> live{m, 1};
    CHECK(live.step(std::array{1.0, 1.0}).size() == 3);
    stack whole{bptt{m}, dropout<double>{{.rate = 0.5}}};
    CHECK(whole.forward(x).size() == 24);

    auto const file = std::filesystem::temp_directory_path() / "rondo_names.safetensors";
    save_safetensors(file, m.parameters());
    load_safetensors(file, m.parameters());
    std::filesystem::remove(file);
}
