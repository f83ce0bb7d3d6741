// EXPECT: layers that work together compute with numbers of one type, float or double
#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/stack/dropout.hpp>
#include <rondo/stack/stack.hpp>

using namespace rondo;

void make(model<elman<>>& a) { stack net{bptt{a}, dropout<double>{}}; }  // HERE
