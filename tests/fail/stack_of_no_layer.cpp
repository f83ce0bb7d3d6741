// EXPECT: this takes layers: a bptt of a model, dropout, residual, bidirectional, a stack
#include <rondo/cell/elman.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/stack/stack.hpp>

using namespace rondo;

void make(model<elman<>>& a) { stack net{bptt{a}, a}; }  // HERE
