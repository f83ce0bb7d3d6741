#include "ode.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace rondo::bench {
namespace {

/// The method as a loop over its steps, equations side by side.
class hand_solver final : public local_contestant_of<double> {
   public:
    explicit hand_solver(ode_problem const& p) : local_contestant_of<double>("hand", ""), problem_(p) {}

    tensors_of<double> results() override
    {
        once();
        return {{"values", y_}};
    }

   private:
    using values = std::vector<double>;

    void once() override
    {
        double const h = 2 / static_cast<double>(problem_.steps);
        y_.assign(problem_.equations, 0);
        for (std::size_t step = 0; step < problem_.steps; ++step) {
            slope(y_, y_, 0, k1_);
            slope(y_, k1_, h / 2, k2_);
            slope(y_, k2_, h / 2, k3_);
            slope(y_, k3_, h, k4_);
            for (std::size_t i = 0; i < y_.size(); ++i) {
                y_[i] += h / 6 * (k1_[i] + 2 * k2_[i] + 2 * k3_[i] + k4_[i]);
            }
        }
    }
    /// The slope at y + h k.
    void slope(values const& y, values const& k, double h, values& to) const
    {
        to.resize(y.size());
        to[0] = problem_.x[0];
        for (std::size_t i = 1; i < y.size(); ++i) {
            to[i] = problem_.x[i] * (y[i - 1] + h * k[i - 1]);
        }
    }

    ode_problem const& problem_;
    values y_{}, k1_{}, k2_{}, k3_{}, k4_{};
};

}  // namespace

ode_contestant hand_ode(ode_problem const& p) { return std::make_unique<hand_solver>(p); }

}  // namespace rondo::bench
