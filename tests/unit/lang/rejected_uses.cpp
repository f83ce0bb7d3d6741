#include <rondo/lang/reductions.hpp>
#include <rondo/lang/rejected_uses.hpp>
#include <rondo/lang/transpose.hpp>

#include <doctest/doctest.h>

#include <type_traits>

// The programs in tests/fail show the rejections. Here is what must go on compiling beside them.

namespace {

using namespace rondo;
using namespace rondo::lang_internal;

static_assert(plain_number<int> && plain_number<float> && plain_number<long double>);
static_assert(plain_number<std::integral_constant<int, 3>>);
static_assert(!plain_number<vec<hidden>> && !plain_number<char const*>);

static_assert(has_another_shape<vec<input>, shape<hidden>>);
static_assert(!has_another_shape<vec<hidden>, shape<hidden>> && !has_another_shape<int, shape<hidden>>);

// The declarations take no room.
static_assert(sizeof(vec<hidden>) == sizeof(recorder*) + sizeof(recorder*));
static_assert(std::is_trivially_copyable_v<vec<hidden>>);

struct recorded {
    recorder record{};
    vec<hidden> h{&record, record.nodes.leaf(op::state, 0, {1})};
};

}  // namespace

TEST_CASE("rejected_uses: numbers of any type stand beside an expression")
{
    recorded r;
    node_id const twice = (r.h * 2.0).id;
    CHECK((r.h * 2).id == twice);
    CHECK((2U * r.h).id == twice);
    CHECK((r.h * 2.0F).id == twice);
    CHECK((2.0L * r.h).id == twice);
    CHECK((std::integral_constant<int, 2>{} * r.h).id == twice);
    CHECK((r.h > 0).id == (r.h > 0.0).id);
    CHECK((0L >= r.h).id == (0.0 >= r.h).id);
    CHECK((r.h == 1).id == (1.0F == r.h).id);
}

TEST_CASE("rejected_uses: a matrix that is transposed twice is the matrix")
{
    recorder record{};
    expression<shape<hidden, input>> const w{&record, record.nodes.leaf(op::parameter, 0, {1, 2})};
    CHECK(transpose(transpose(w)).id == w.id);
    CHECK(std::is_same_v<decltype(transpose(transpose(w))), expression<shape<hidden, input>>>);
}
