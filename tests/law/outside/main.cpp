// A program outside the project, which user_warnings.py and single_header.py compile. A cell of its own
// learns to output the input of the step before.
#include <rondo/rondo.hpp>

#include <cstdio>

using namespace rondo;

struct recall {
    weight<hidden, input> W;
    weight<hidden, hidden> U;
    weight<hidden> decay;
    weight<output, hidden> V;
    RONDO_MEMBERS(W, U, decay, V);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto const h_next = sigmoid(decay) * h + tanh(W * x + U * h);
        return next{h_next}.output(V * h_next);
    }
};

int main()
{
    model<recall> m{input{1}, hidden{8}, output{1}};
    initialize_orthogonal(m.parameters(), 1);
    adam<float> optimizer{{.rate = 0.02}};
    bptt run{m};
    xt::xtensor<float, 3> x = xt::zeros<float>({20, 1, 1}), heard = x, dy;
    for (std::size_t t = 0; t < 20; ++t)
        x(t, 0, 0) = t * 7 % 5 < 2 ? 1.0F : -1.0F;
    for (std::size_t t = 1; t < 20; ++t)
        heard(t, 0, 0) = x(t - 1, 0, 0);

    double const before = mean_squared_error(run.forward(x), heard);
    for (int i = 0; i < 300; ++i) {
        mean_squared_error(run.forward(x), heard, dy);
        run.backward(dy);
        optimizer.update(m.parameters().flat(), run.last_gradients().parameters.flat());
    }
    double const after = mean_squared_error(run.forward(x), heard);
    std::printf("loss %.4f, after training %.4f\n", before, after);
    return after < 0.1 * before ? 0 : 1;
}
