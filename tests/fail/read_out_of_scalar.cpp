// EXPECT: read_out reads the first state, which must be a vector
#include <rondo/cell/read_out.hpp>
#include <rondo/model/model.hpp>

using namespace rondo;

struct counter {
    constexpr auto operator()(vec<input> x, scalar n) const { return next{n + sum(x)}; }
};
struct count : read_out<counter, output> {};  // HERE
