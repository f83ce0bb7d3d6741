// The compile cost of a program that trains a cell of a paper, RONDO_CELL of the header RONDO_PAPER.
#include RONDO_PAPER

#include <rondo/rondo.hpp>

using cell = rondo::papers::RONDO_CELL;

void step(rondo::model<cell>& m, rondo::inputs_of<cell, float> const& x,
          rondo::outputs_of<cell, float> const& dy)
{
    rondo::bptt run{m};
    rondo::sgd<float> descent{{.rate = 0.1}};
    run.forward(x);
    descent.update(m.parameters().flat(), run.backward(dy).parameters.flat());
}
