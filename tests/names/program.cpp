/// A program whose own names are words that the library uses internally. After `using namespace rondo;` it
/// uses them for its dimensions, cells, functions, variables and namespaces.

#include <doctest/doctest.h>
#include <rondo/exec/tbb_thread_pool.hpp>
#include <rondo/io/safetensors.hpp>
#include <rondo/pass/drawing.hpp>
#include <rondo/rondo.hpp>

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

using namespace rondo;

// Dimensions.
struct kernel : dimension {
    using dimension::dimension;
};
struct batch : dimension {
    using dimension::dimension;
};
struct unit : dimension {
    using dimension::dimension;
};
struct width : dimension {
    using dimension::dimension;
};

// A cell within a cell.
template <dimension_name Rows, dimension_name Columns>
struct layer {
    weight<Rows, Columns> shape;
    bias<Rows> node;
    RONDO_MEMBERS(shape, node);

    constexpr auto operator()(vec<Columns> rows) const { return shape * rows + node; }
};

// Cells.
struct cell {
    layer<kernel, batch> window;
    weight<kernel, kernel> graph;
    weight<kernel> range;
    RONDO_MEMBERS(window, graph, range);

    constexpr auto operator()(vec<batch> stage, vec<kernel> states) const
    {
        auto const program = window(stage);
        return next{tanh(program + graph * states + range * states)};
    }
};

struct schedule {
    weight<width, unit> op;
    weight<width> panel;
    RONDO_MEMBERS(op, panel);

    constexpr auto operator()(vec<unit> store, vec<width> section) const
    {
        return next{op * store + panel * section};
    }
};

// Namespaces.
namespace ir {
constexpr std::size_t chunk = 6;
}
namespace exec {
constexpr std::size_t rows = 2;
}
namespace lang {
constexpr int seed = 1;
}
namespace sizes {
constexpr int input = 3;
constexpr int state = 4;
}  // namespace sizes
namespace detail {
constexpr double rate = 0.01;
}
namespace internal {
using sequence = xt::xtensor<double, 3>;
}

// Types, variables and functions.
struct context {
    internal::sequence storage = xt::ones<double>({ir::chunk, exec::rows, std::size_t{3}});
    internal::sequence array = xt::zeros<double>({ir::chunk, exec::rows, std::size_t{4}});
};

enum class role { parameter, epilogue };
struct workspace {
    std::vector<double> names;
};
constexpr auto simd = role::epilogue;

template <class Model>
double trace(Model const& m)
{
    double share = 0;
    for (double const entry : m.parameters().flat()) {
        share += entry * entry;
    }
    return share;
}

bool check(gradient_report const& packing) { return packing.agrees(); }
template <class Run>
workspace apply(Run& run, context const& require)
{
    workspace out;
    internal::sequence dy;
    auto const& y = run.forward(require.storage);
    out.names.push_back(mean_squared_error(y, require.array, dy));
    run.backward(dy);
    return out;
}

TEST_CASE("a cell over dimensions called kernel and batch is traced, trained and checked")
{
    CHECK(draw_forward<cell>().text.find("graph") != std::string::npos);
    CHECK(recurrence_of<cell> == recurrence_kind::dense);

    model<cell, double> m{kernel{sizes::state}, batch{sizes::input}};
    initialize_glorot(m.parameters(), lang::seed);
    context const data;
    bptt run{m};
    double const before = apply(run, data).names.front();
    double const size = trace(m);

    adam<double> optimizer{{.rate = detail::rate}};
    optimizer.update(m.parameters().flat(), run.last_gradients().parameters.flat());
    CHECK(trace(m) != size);
    CHECK(apply(run, data).names.front() < before);
    CHECK(check(check_gradient<cell>(ir::chunk, exec::rows, {}, kernel{4}, batch{3})));
    CHECK(simd == role::epilogue);
}

TEST_CASE("a scan over dimensions called unit and width is streamed and stacked")
{
    CHECK(recurrence_of<schedule> == recurrence_kind::diagonal_linear);

    model<schedule, double, fixed<unit, 3>> m{width{4}};
    initialize_uniform(m.parameters(), lang::seed);
    context const data;
    stack whole{bptt{m}, dropout<double>{{.rate = 0}}};
    auto const& y = whole.forward(data.storage);

    stream<schedule, double, fixed<unit, 3>> walk{m, static_cast<std::ptrdiff_t>(exec::rows)};
    xt::xtensor<double, 2> const first = xt::ones<double>({exec::rows, std::size_t{3}});
    auto const at_once = walk.step(first);
    CHECK(at_once.back() == doctest::Approx(y(0, 1, 3)).epsilon(1e-12));
}
