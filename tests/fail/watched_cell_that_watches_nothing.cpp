// EXPECT: this cell watches no value: mark one in its step by watch(value, "name"_s)
#include <rondo/rondo.hpp>

using namespace rondo;

auto look(model<lstm<>> const& m) { return bptt{watched_model(m)}; }
