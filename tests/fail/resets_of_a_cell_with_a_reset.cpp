// EXPECT: with_resets gives a cell an input called reset, and this cell has one already
#include <rondo/cell/lstm.hpp>
#include <rondo/cell/with_resets.hpp>
#include <rondo/pass/pipeline.hpp>

using namespace rondo;

template struct rondo::ir_internal::compiled<with_resets<with_resets<lstm<>>>>;  // HERE
