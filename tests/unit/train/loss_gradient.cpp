#include <rondo/train/loss_gradient.hpp>

#include <doctest/doctest.h>

TEST_CASE("loss_gradient: an array of three dimensions is that of the caller")
{
    xt::xtensor<float, 3> dy;
    CHECK(rondo::train_internal::gradient_of_vectors(dy) == &dy);
}
