// A cell of your own: a mass on a spring, whose stiffness and damping are learnt from how it moves.
//
// A cell is a struct. Its members are parameters, and operator() is one time step. The gradient is derived.
//
// In the root of the tree, or here after installation:
//   g++ -std=c++20 -O2 -march=native -Iinclude -Idsl examples/03_own_cell.cpp -o lesson && ./lesson
//   g++ -std=c++20 -O2 -march=native $(pkg-config --cflags rondo) 03_own_cell.cpp -o lesson && ./lesson
#include <rondo/rondo.hpp>

#include <cstdio>
#include <random>

using namespace rondo;

struct spring {
    weight<hidden, input> gain;               // a matrix
    weight<hidden> stiffness, damping;        // vectors, for elementwise use
    RONDO_MEMBERS(gain, stiffness, damping);  // lists all parameters

    // Takes the force and the old states, and returns the new states in the order of the old ones.
    constexpr auto operator()(vec<input> force, vec<hidden> place, vec<hidden> speed) const
    {
        auto acceleration = gain * force - stiffness * place - damping * speed;
        auto new_speed = speed + 0.1 * acceleration;
        return next{place + 0.1 * new_speed, new_speed};  // the first state is the output too
    }
};

int main()
{
    model<spring> truth{input{1}, hidden{1}};
    truth["gain"_s].fill(1);
    truth["stiffness"_s].fill(4);
    truth["damping"_s].fill(0.5F);

    // The observations: how 16 masses move under random forces in 25 steps.
    xt::xtensor<float, 3> force = xt::zeros<float>({25, 16, 1});
    std::mt19937 random(1);
    for (float& f : force) {
        f = random() % 2 == 0 ? 1.0F : -1.0F;
    }
    xt::xtensor<float, 3> const observed = bptt{truth}.infer(force);

    model<spring> m{input{1}, hidden{1}};
    m.parameters().flat()[0] = 0.5F;  // the gain; stiffness and damping begin with zero
    bptt run{m};
    adam<float> optimizer{{.rate = 0.02}};
    xt::xtensor<float, 3> dy;
    for (int update = 0; update <= 1000; ++update) {
        double const loss = mean_squared_error(run.forward(force), observed, dy);
        if (update % 250 == 0) {
            std::printf("update %4d  loss %.6f  gain %.2f  stiffness %.2f  damping %.2f\n", update, loss,
                        m["gain"_s](0, 0), m["stiffness"_s](0), m["damping"_s](0));
        }
        optimizer.update(m.parameters().flat(), run.backward(dy).parameters.flat());
    }
    std::printf("the truth                   gain 1.00  stiffness 4.00  damping 0.50\n");
}
