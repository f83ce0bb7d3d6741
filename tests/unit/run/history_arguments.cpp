#include <rondo/cell/elman.hpp>
#include <rondo/run/history_arguments.hpp>

#include <doctest/doctest.h>

#include <type_traits>

namespace history_arguments_test {

using namespace rondo;
using namespace rondo::exec_internal;

// They refer to views that the caller has checked, and are not stored.
static_assert(!std::is_copy_assignable_v<history_window<elman<>, float>>);
static_assert(!std::is_copy_assignable_v<history_loss<elman<>, float>>);

TEST_CASE("history_arguments: a window without lengths has all columns")
{
    xt::xtensor<float, 3> const x = xt::zeros<float>({2, 1, 1});
    sequence_views<step_inputs_of<elman<>>, float> const views{sequence_view<float>(x)};
    history_window<elman<>, float> const window{views, {}, {}, 7};
    CHECK(&window.inputs == &views);
    CHECK(window.lengths.length(0, 2) == 2);
    CHECK(window.chunk_rows == 7);
}

}  // namespace history_arguments_test
