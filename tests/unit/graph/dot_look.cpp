#include <rondo/graph/dot_look.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <set>
#include <string>

using namespace rondo;
using namespace rondo::ir_internal;

namespace {

/// Calls @p f with every operation.
template <class F>
void for_each_op(F&& f)
{
    for (int code = 0; code <= static_cast<int>(op::outer); ++code) {
        f(static_cast<op>(code));
    }
}

}  // namespace

TEST_CASE("dot_look: every operation has a label, and no two binary operations share one")
{
    std::set<std::string> labels;
    int binary = 0;
    for_each_op([&](op code) {
        CHECK_FALSE(dot_label(code).empty());
        if (is_binary(code)) {
            ++binary;
            labels.insert(dot_label(code));
        }
    });
    CHECK(labels.size() == static_cast<std::size_t>(binary));
}

TEST_CASE("dot_look: every operation has a shape or a style, with quotes in pairs")
{
    for_each_op([](op code) {
        std::string const look = dot_look(code);
        CHECK(look.find('=') != std::string::npos);
        int quotes = 0;
        for (char const c : look) {
            quotes += c == '"';
        }
        CHECK(quotes % 2 == 0);
    });
}

TEST_CASE("dot_look: products stand out, and forward values that are read backwards are dashed")
{
    CHECK(dot_look(op::product) == dot_look(op::outer));
    CHECK(dot_look(op::product) != dot_look(op::add));
    CHECK(dot_look(op::saved).find("dashed") != std::string::npos);
    CHECK(dot_look(op::new_state).find("dashed") != std::string::npos);
    CHECK(dot_look(op::state).find("dashed") == std::string::npos);
}
