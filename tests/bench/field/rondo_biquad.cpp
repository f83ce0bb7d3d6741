#include "biquad.hpp"

#include <rondo/lang/cell.hpp>
#include <rondo/run/bptt.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace rondo::bench {

/// Channels side by side.
struct channels : dimension {
    using dimension::dimension;
};

/// The filter in the transposed direct form II.
struct biquad {
    weight<> b0, b1, b2, a1, a2;
    RONDO_MEMBERS(b0, b1, b2, a1, a2);

    constexpr auto operator()(vec<channels> x, vec<channels> s1, vec<channels> s2) const
    {
        auto y = b0 * x + s1;
        return next{b1 * x - a1 * y + s2, b2 * x - a2 * y}.output(y);
    }
};

namespace {

/// Rondo.
class biquad_run final : public local_contestant {
   public:
    explicit biquad_run(biquad_problem const& p)
        : local_contestant("rondo", ""), problem_(p), model_(channels{p.channels})
    {
        std::size_t i = 0;
        for (auto const* const list : {&p.b, &p.a}) {
            for (float const coefficient : *list) {
                model_.parameters().entries(i++)[0] = coefficient;
            }
        }
    }

    tensors results() override
    {
        once();
        tensors found{{"y", {y_->begin(), y_->end()}}};
        if (problem_.gradient) {
            auto const& g = run_.last_gradients();
            found["d x"] = {g.input.begin(), g.input.end()};
            for (std::size_t i = 0; i < g.parameters.count; ++i) {
                found["d b and a"].push_back(g.parameters.entries(i)[0]);
            }
        }
        return found;
    }
    [[nodiscard]] double tolerance() const override { return 1e-4; }

   private:
    void once() override
    {
        auto const x = shaped(problem_.x.data(), problem_.steps, 1, problem_.channels);
        if (problem_.gradient) {
            y_ = &run_.forward(x);
            run_.backward(shaped(problem_.dy.data(), problem_.steps, 1, problem_.channels));
        } else {
            y_ = &run_.infer(x);
        }
    }

    biquad_problem const& problem_;
    model<biquad, float> model_;
    bptt<biquad, float> run_{model_};
    xt::xtensor<float, 3> const* y_ = nullptr;
};

}  // namespace

biquad_contestant rondo_biquad(biquad_problem const& p) { return std::make_unique<biquad_run>(p); }

}  // namespace rondo::bench
