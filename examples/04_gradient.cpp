// The gradient of a cell is checked: the derived one is compared with difference quotients, entry by entry.
//
// The check needs neither data nor training, only sizes and the numbers of steps and sequences.
//
// In the root of the tree, or here after installation:
//   g++ -std=c++20 -O2 -march=native -Iinclude -Idsl examples/04_gradient.cpp -o lesson && ./lesson
//   g++ -std=c++20 -O2 -march=native $(pkg-config --cflags rondo) 04_gradient.cpp -o lesson && ./lesson
#include <rondo/rondo.hpp>

#include <iostream>

using namespace rondo;

// A minimal gated unit (Zhou et al. 2016): one gate, which serves to forget and to reset.
struct minimal_gated_unit {
    weight<hidden, input> W, W_f;
    weight<hidden, hidden> U, U_f;
    bias<hidden> b, b_f;
    RONDO_MEMBERS(W, W_f, U, U_f, b, b_f);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto f = sigmoid(W_f * x + U_f * h + b_f);
        auto candidate = tanh(W * x + U * (f * h) + b);
        return next{(1 - f) * h + f * candidate};
    }
};

int main()
{
    // 6 steps of 2 sequences. The loss is a random weighted sum of the outputs, unless one is given.
    gradient_report const report = check_gradient<minimal_gated_unit>(6, 2, {}, input{3}, hidden{4});
    for (tensor_report const& t : report.tensors) {
        std::cout << t.name << ": " << t.entries() << " entries, " << name_of(t.result()) << '\n';
    }
    std::cout << (report.agrees() ? "The gradient is right.\n" : "The gradient is wrong.\n");
    std::cerr << report;  // a table with the largest differences
}
