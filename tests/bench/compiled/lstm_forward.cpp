// The compile cost of a program that runs a model for inference.
#include <rondo/rondo.hpp>

float last_output(std::size_t steps, std::size_t inputs, std::size_t size)
{
    rondo::model<rondo::lstm<>> m{rondo::input{inputs}, rondo::hidden{size}};
    rondo::bptt run{m};
    xt::xtensor<float, 3> const x = xt::ones<float>({steps, std::size_t{1}, inputs});
    return *run.infer(x).crbegin();
}
