#include <rondo/cell/lstm.hpp>
#include <rondo/cell/with_resets.hpp>
#include <rondo/model/model_of_sizes.hpp>

#include <doctest/doctest.h>

#include <type_traits>

using namespace rondo;

TEST_CASE("model_of_sizes: sizes at run time and constants")
{
    using fixed_model = model<lstm<>, double, fixed<hidden, 4>>;
    fixed_model const m{input{3}};
    auto const other = exec_internal::model_of_sizes<with_resets<lstm<>>, double>(m.bound());
    static_assert(
        std::is_same_v<decltype(other), model<with_resets<lstm<>>, double, fixed<hidden, 4>> const>);
    CHECK(other.bound().of<input>() == 3);
    CHECK(other.bound().of<hidden>() == 4);
}
