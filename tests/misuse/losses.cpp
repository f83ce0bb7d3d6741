// Misuses of the losses.
#include "tiny.hpp"

using namespace rondo;
using namespace rondo::test;

namespace {

using classes = xt::xtensor<int, 2>;

struct regression {
    sequence y = series(1), wanted = series(2), dy{};

    numbers use()
    {
        double const loss = mean_squared_error(y, wanted, dy);
        return all_of(numbers{loss}, dy);
    }
};

struct classification {
    sequence y = series(1), dy{};
    classes wanted{{0, 1}, {2, ignored_target}, {1, 1}, {0, 2}};

    numbers use()
    {
        double const loss = softmax_cross_entropy(y, wanted, dy);
        return all_of(numbers{loss}, dy);
    }
};

}  // namespace

TEST_CASE("misuses of the mean squared error")
{
    check<regression>({
        {"a gradient that was moved from",
         [](auto& s) {
             s.use();
             sequence const taken = std::move(s.dy);
             return s.use();
         },
         right{[](auto& s) { return s.use(); }}},
        {"targets that were moved from",
         [](auto& s) {
             sequence wrong = s.wanted;
             sequence const taken = std::move(wrong);
             mean_squared_error(s.y, wrong, s.dy);
         },
         rejects("the targets: expected an array with entries; found an array that was moved from")},
        {"a mask that was moved from",
         [](auto& s) {
             classes wrong = xt::ones<int>({4, 2});
             classes const taken = std::move(wrong);
             mean_squared_error(s.y, s.wanted, s.dy, {.mask = wrong});
         },
         rejects("the mask: expected an array with entries; found an array that was moved from")},
        {"an output of two dimensions",
         [](auto& s) {
             mean_squared_error(filled<any_array>({4, 6}), s.wanted, s.dy);
         },
         rejects("the output: expected shape (time, batch, features)")},
        {"an output of four dimensions",
         [](auto& s) {
             mean_squared_error(filled<any_array>({4, 2, 3, 1}), s.wanted, s.dy);
         },
         rejects("the output: expected shape (time, batch, features), no extent of 0; found (4, 2, 3, 1)")},
        {"an output of no steps",
         [](auto& s) {
             mean_squared_error(filled({0, 2, 3}), filled({0, 2, 3}), s.dy);
         },
         rejects("found (0, 2, 3)")},
        {"an output of no sequences",
         [](auto& s) {
             mean_squared_error(filled({4, 0, 3}), filled({4, 0, 3}), s.dy);
         },
         rejects("found (4, 0, 3)")},
        {"an output of no features",
         [](auto& s) {
             mean_squared_error(filled({4, 2, 0}), filled({4, 2, 0}), s.dy);
         },
         rejects("found (4, 2, 0)")},
        {"targets of fewer steps",
         [](auto& s) {
             mean_squared_error(s.y, filled({3, 2, 3}), s.dy);
         },
         rejects("the targets: expected shape (time = 4, batch = 2, features = 3)")},
        {"targets of another batch",
         [](auto& s) {
             mean_squared_error(s.y, filled({4, 3, 3}), s.dy);
         },
         rejects("the targets: expected shape (time = 4, batch = 2, features = 3)")},
        {"targets of other features",
         [](auto& s) {
             mean_squared_error(s.y, filled({4, 2, 2}), s.dy);
         },
         rejects("the targets: expected shape (time = 4, batch = 2, features = 3)")},
        {"targets of two dimensions",
         [](auto& s) {
             mean_squared_error(s.y, filled<any_array>({4, 6}), s.dy);
         },
         rejects("the targets: expected shape (time = 4, batch = 2, features = 3)")},
        {"the output is its own target",
         [](auto& s) {
             double const loss = mean_squared_error(s.y, s.y, s.dy);
             return all_of(numbers{loss}, s.dy);
         },
         right{[](auto& s) {
             double const loss = mean_squared_error(s.y, sequence(s.y), s.dy);
             return all_of(numbers{loss}, s.dy);
         }}},
        {"the gradient is a temporary's size before",
         [](auto& s) {
             s.dy = filled({7, 1, 1});
             return s.use();
         },
         right{[](auto& s) { return s.use(); }}},
        {"columns first",
         [](auto& s) {
             xt::xtensor<float, 3, xt::layout_type::column_major> const y = s.y, wanted = s.wanted;
             double const loss = mean_squared_error(y, wanted, s.dy);
             return all_of(numbers{loss}, s.dy);
         },
         right{[](auto& s) { return s.use(); }}},
        {"the gradient is the output itself",
         [](auto& s) {
             double const loss = mean_squared_error(s.y, s.wanted, s.y);
             numbers const n = all_of(numbers{loss}, s.y);
             s.y = series(1);
             return n;
         },
         right{[](auto& s) { return s.use(); }}},
        {"the gradient is the targets themselves",
         [](auto& s) {
             double const loss = mean_squared_error(s.y, s.wanted, s.wanted);
             numbers const n = all_of(numbers{loss}, s.wanted);
             s.wanted = series(2);
             return n;
         },
         right{[](auto& s) { return s.use(); }}},
        {"the gradient is the output, columns first",
         [](auto& s) {
             double const loss = mean_squared_error(xt::view(s.y, xt::range(0, 4)), s.wanted, s.y);
             numbers const n = all_of(numbers{loss}, s.y);
             s.y = series(1);
             return n;
         },
         right{[](auto& s) { return s.use(); }}},
        {"a target that is not a number",
         [](auto& s) {
             s.wanted(3, 1, 2) = not_finite;
             try {
                 mean_squared_error(s.y, s.wanted, s.dy);
             } catch (input_error const&) {
                 s.wanted = series(2);
                 throw;
             }
         },
         rejects("the targets: expected finite entries, or a mask or nan_is_missing; found nan at (time 3, "
                 "batch 1, feature 2)")},
        {"a target that is missing",
         [](auto& s) {
             sequence wanted = s.wanted;
             wanted(3, 1, 2) = not_finite;
             double const loss = mean_squared_error(s.y, wanted, s.dy, {.nan_is_missing = true});
             return all_of(numbers{loss}, s.dy);
         },
         right{[](auto& s) {
             sequence mask = xt::ones<float>({4, 2, 3});
             mask(3, 1, 2) = 0;
             double const loss = mean_squared_error(s.y, s.wanted, s.dy, {.mask = mask});
             return all_of(numbers{loss}, s.dy);
         }}},
        {"a mask of another shape",
         [](auto& s) {
             mean_squared_error(s.y, s.wanted, s.dy, {.mask = xt::xtensor<float, 2>::from_shape({4, 3})});
         },
         rejects("the mask: expected shape (time = 4, batch = 2)")},
        {"nothing that counts",
         [](auto& s) {
             double const loss =
                 mean_squared_error(s.y, s.wanted, s.dy, {.mask = xt::xtensor<float, 2>({4, 2}, 0.0F)});
             return all_of(numbers{loss}, s.dy);
         },
         right{[](auto&) { return numbers(1 + steps * batch * features, 0.0); }}},
    });
}

TEST_CASE("misuses of the softmax cross-entropy")
{
    check<classification>({
        {"targets that were moved from",
         [](auto& s) {
             classes wrong = s.wanted;
             classes const taken = std::move(wrong);
             softmax_cross_entropy(s.y, wrong, s.dy);
         },
         rejects("the targets: expected an array with entries; found an array that was moved from")},
        {"logits of two dimensions",
         [](auto& s) {
             softmax_cross_entropy(filled<any_array>({4, 6}), s.wanted, s.dy);
         },
         rejects("the logits: expected shape (time, batch, classes)")},
        {"logits of no classes",
         [](auto& s) {
             softmax_cross_entropy(filled({4, 2, 0}), s.wanted, s.dy);
         },
         rejects("found (4, 2, 0)")},
        {"logits of no steps",
         [](auto& s) {
             softmax_cross_entropy(filled({0, 2, 3}), filled<classes>({0, 2}), s.dy);
         },
         rejects("found (0, 2, 3)")},
        {"targets of three dimensions",
         [](auto& s) {
             softmax_cross_entropy(s.y, filled<xt::xarray<int>>({4, 2, 1}), s.dy);
         },
         rejects("the targets: expected shape (time = 4, batch = 2); found (4, 2, 1)")},
        {"targets of fewer steps",
         [](auto& s) {
             softmax_cross_entropy(s.y, filled<classes>({3, 2}), s.dy);
         },
         rejects("the targets: expected shape (time = 4, batch = 2); found (3, 2)")},
        {"a target below all classes",
         [](auto& s) {
             classes wrong = s.wanted;
             wrong(1, 0) = -2;
             softmax_cross_entropy(s.y, wrong, s.dy);
         },
         rejects("the targets: expected 0 to 2, or -1 to be ignored; found -2 at (time 1, batch 0)")},
        {"a target above all classes",
         [](auto& s) {
             classes wrong = s.wanted;
             wrong(3, 1) = 3;
             softmax_cross_entropy(s.y, wrong, s.dy);
         },
         rejects("the targets: expected 0 to 2, or -1 to be ignored; found 3 at (time 3, batch 1)")},
        {"unsigned targets of many bits",
         [](auto& s) {
             xt::xtensor<std::uint64_t, 2> wrong = s.wanted;
             wrong(0, 0) = std::uint64_t{1} << 63;
             wrong(1, 1) = 0;
             softmax_cross_entropy(s.y, wrong, s.dy);
         },
         rejects("found 9223372036854775808 at (time 0, batch 0)")},
        {"no target that counts",
         [](auto& s) {
             classes const ignored = 0 * s.wanted + ignored_target;
             double const loss = softmax_cross_entropy(s.y, ignored, s.dy);
             return all_of(numbers{loss}, s.dy);
         },
         right{[](auto&) { return numbers(1 + steps * batch * features, 0.0); }}},
        {"the gradient is the logits themselves",
         [](auto& s) {
             double const loss = softmax_cross_entropy(s.y, s.wanted, s.y);
             numbers const n = all_of(numbers{loss}, s.y);
             s.y = series(1);
             return n;
         },
         right{[](auto& s) { return s.use(); }}},
    });
}

TEST_CASE("misuses of the lengths of losses")
{
    check<regression>({
        {"no length",
         [](auto& s) { mean_squared_error(s.y, s.wanted, s.dy, {.lengths = std::vector<int>{}}); },
         rejects("the lengths: expected 2 numbers, one for each sequence of the batch; found 0")},
        {"a length of zero",
         [](auto& s) {
             double const loss = mean_squared_error(s.y, s.wanted, s.dy, {.lengths = std::vector{4, 0}});
             return all_of(numbers{loss}, s.dy);
         },
         right{[](auto& s) {
             xt::xtensor<int, 2> mask = xt::ones<int>({4, 2});
             xt::view(mask, xt::all(), 1) = 0;
             double const loss = mean_squared_error(s.y, s.wanted, s.dy, {.mask = mask});
             return all_of(numbers{loss}, s.dy);
         }}},
        {"a negative length",
         [](auto& s) {
             mean_squared_error(s.y, s.wanted, s.dy, {.lengths = std::vector{-1, 4}});
         },
         rejects("found -1 for batch 0")},
        {"a length beyond the steps",
         [](auto& s) {
             mean_squared_error(s.y, s.wanted, s.dy, {.lengths = std::vector<std::size_t>{4, 5}});
         },
         rejects("found 5 for batch 1")},
        {"padding that is not a number",
         [](auto& s) {
             s.y(3, 1, 0) = not_finite;
             double const loss = mean_squared_error(s.y, s.wanted, s.dy, {.lengths = std::vector{4, 3}});
             s.y = series(1);
             return all_of(numbers{loss}, s.dy);
         },
         right{[](auto& s) {
             double const loss = mean_squared_error(s.y, s.wanted, s.dy, {.lengths = std::vector{4, 3}});
             return all_of(numbers{loss}, s.dy);
         }}},
    });
}
