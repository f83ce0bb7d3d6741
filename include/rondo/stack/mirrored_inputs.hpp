#pragma once
/// @file
/// The inputs that a layer backwards in time takes by name: each sequence reversed within its own length.

#include <rondo/model/xtensor.hpp>
#include <rondo/sequence/sequence_view.hpp>
#include <rondo/stack/gradient_sums.hpp>
#include <rondo/stack/layer_inputs.hpp>
#include <rondo/stack/named_inputs.hpp>
#include <rondo/stack/run_record.hpp>

#include <algorithm>
#include <cstddef>

namespace rondo::inline RONDO_ISA::stack_internal {

/// Copies the steps of @p from in reverse order, those of each sequence of @p run from its end.
template <class T>
void mirror(run_record const& run, xt::xtensor<T, 3> const& from, xt::xtensor<T, 3>& to)
{
    auto const features = static_cast<std::ptrdiff_t>(from.shape()[2]);
    run.fill(to, features, [&](std::ptrdiff_t t, std::ptrdiff_t b, T* row) {
        std::copy_n(from.data() + run.mirrored_entry(t, b, features), features, row);
    });
}

/// Reversed copies of the inputs of a list.
template <class T, class List>
class mirrored_inputs;
template <class T, class... Input>
class mirrored_inputs<T, type_list<Input...>> {
   public:
    /// References to the inputs of @p given that the list has; of those that change over time, to copies.
    /// @throws input_error if one has not the steps and sequences of @p run.
    template <class Given>
    lent_arrays<T, Input...> take([[maybe_unused]] run_record const& run, [[maybe_unused]] Given const& given)
    {
        return {{{{reversed<Input>(run, given.template get<typename Input::name_type>().array)}}...}};
    }
    /// Adds to @p sums the gradients of the inputs, in the result @p g of backward() of the layer.
    template <class Sums, class Result>
    void add_gradients([[maybe_unused]] run_record const& run, [[maybe_unused]] Sums& sums,
                       [[maybe_unused]] Result const& g)
    {
        (add<Input>(run, sums, g.input[typename Input::name_type{}]), ...);
    }

   private:
    template <class Each>
    auto const& reversed(run_record const& run, typename Each::template array<T> const& from)
    {
        if constexpr (Each::is_per_sequence) {
            return from;
        } else {
            exec_internal::sequence_view<T>(from).check(title_of_input<Each>().view(),
                                                        {.steps = run.steps(), .batch = run.batch()});
            auto& to = copies_.template get<typename Each::name_type>();
            mirror(run, from, to);
            return to;
        }
    }
    template <class Each, class Sums>
    void add(run_record const& run, Sums& sums, typename Each::template array<T> const& g)
    {
        typename Each::name_type const name{};
        if constexpr (Each::is_per_sequence) {
            sums.add_one(name, g);
        } else if (g.size() == 0) {
            sums.add_one(name, g);
        } else {
            auto& to = copies_.template get<typename Each::name_type>();
            mirror(run, g, to);
            sums.add_one(name, to);
        }
    }

    arrays_by_name<T, type_list<Input...>> copies_;
};

}  // namespace rondo::inline RONDO_ISA::stack_internal
