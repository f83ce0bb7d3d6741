/// A user defines a namespace for each word, with a dimension in it.

#include "words.hpp"

#include <doctest/doctest.h>
#include <rondo/exec/tbb_thread_pool.hpp>
#include <rondo/io/safetensors.hpp>
#include <rondo/pass/drawing.hpp>
#include <rondo/rondo.hpp>

using namespace rondo;

#define NAMESPACE(word)             \
    namespace word {                \
    struct own : dimension {        \
        using dimension::dimension; \
    };                              \
    }
WORDS(NAMESPACE)
#undef NAMESPACE

TEST_CASE("a user's namespaces may have the names of the library's internals")
{
#define COUNT(word) +word::own{1}.size
    CHECK(WORDS(COUNT) > 100);
#undef COUNT
}

TEST_CASE("a dimension in a namespace called kernel works")
{
    model<elman<kernel::own, graph::own>> const m{kernel::own{3}, graph::own{2}};
    CHECK(costs_of(m).parameters == 18);
}
