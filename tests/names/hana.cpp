/// Cells may have the names that Boost.Hana has at namespace level: a list of members does not look the name
/// of its cell up inside Hana.

#include <doctest/doctest.h>
#include <rondo/rondo.hpp>

using namespace rondo;

/// Expands @p X for each name that the headers of Hana 1.81 and 1.83 declare in the namespace boost::hana,
/// but for those of its implementation. The formatter would put each on a line of its own.
// clang-format off
#define HANA_NAMES(X) \
    X(accessors) X(adjust) X(adjust_if) X(alignof_) X(all) X(all_of) X(always) X(and_) X(any) X(any_of) \
    X(ap) X(append) X(apply) X(arg) X(at) X(at_c) X(at_key) X(back) X(basic_tuple) X(basic_tuple_tag) \
    X(basic_type) X(bool_) X(bool_c) X(capture) X(cartesian_product) X(chain) X(char_) X(char_c) \
    X(common) X(comparing) X(compose) X(concat) X(count) X(count_if) X(curry) X(cycle) X(decltype_) \
    X(default_) X(deleted_implementation) X(demux) X(difference) X(div) X(drop_back) X(drop_front) \
    X(drop_front_exactly) X(drop_while) X(duplicate) X(embedding) X(empty) X(equal) X(erase_key) X(eval) \
    X(eval_if) X(experimental) X(ext) X(extend) X(extract) X(false_) X(false_c) X(fill) X(filter) \
    X(find) X(find_if) X(first) X(fix) X(flatten) X(flip) X(fold) X(fold_left) X(fold_right) X(for_each) \
    X(front) X(fuse) X(greater) X(greater_equal) X(group) X(has_common) X(hash) X(id) X(if_) X(in) \
    X(index_if) X(infix) X(insert) X(insert_range) X(int_) X(int_c) X(integral) X(integral_c) \
    X(integral_constant) X(integral_constant_tag) X(intersection) X(intersperse) X(is_a) X(is_an) \
    X(is_convertible) X(is_default) X(is_disjoint) X(is_embedded) X(is_empty) X(is_just) X(is_nothing) \
    X(is_valid) X(iterate) X(just) X(keys) X(lazy) X(lazy_tag) X(length) X(less) X(less_equal) \
    X(lexicographical_compare) X(lift) X(literals) X(llong) X(llong_c) X(lockstep) X(long_) X(long_c) \
    X(make) X(make_basic_tuple) X(make_lazy) X(make_map) X(make_optional) X(make_pair) X(make_range) \
    X(make_set) X(make_string) X(make_tuple) X(make_type) X(map) X(map_tag) X(max) X(maximum) X(maybe) \
    X(members) X(metafunction) X(metafunction_class) X(min) X(minimum) X(minus) X(mod) \
    X(monadic_compose) X(monadic_fold_left) X(monadic_fold_right) X(mult) X(negate) X(none) X(none_of) \
    X(not_) X(not_equal) X(nothing) X(one) X(optional) X(optional_tag) X(or_) X(ordering) X(overload) \
    X(overload_linearly) X(pair) X(pair_tag) X(partial) X(partition) X(permutations) X(plus) X(power) \
    X(prefix) X(prepend) X(product) X(range) X(range_c) X(range_tag) X(remove) X(remove_at) \
    X(remove_at_c) X(remove_if) X(remove_range) X(remove_range_c) X(repeat) X(replace) X(replace_if) \
    X(replicate) X(reverse) X(reverse_fold) X(reverse_partial) X(scan_left) X(scan_right) X(second) \
    X(set) X(set_tag) X(sfinae) X(short_) X(short_c) X(size) X(size_c) X(sizeof_) X(slice) X(slice_c) \
    X(sort) X(span) X(string) X(string_c) X(string_tag) X(suffix) X(sum) X(symmetric_difference) \
    X(tag_of) X(take_back) X(take_back_c) X(take_front) X(take_front_c) X(take_while) X(tap) \
    X(template_) X(then) X(times) X(to) X(to_map) X(to_set) X(to_string) X(to_tuple) X(trait) X(traits) \
    X(transform) X(true_) X(true_c) X(tuple) X(tuple_c) X(tuple_tag) X(type) X(type_c) X(type_tag) \
    X(typeid_) X(uint) X(uint_c) X(ullong) X(ullong_c) X(ulong) X(ulong_c) X(unfold_left) \
    X(unfold_right) X(union_) X(unique) X(unpack) X(ushort_) X(ushort_c) X(value) X(values) \
    X(when_valid) X(while_) X(zero) X(zip) X(zip_shortest) X(zip_shortest_with) X(zip_with)
// clang-format on

namespace user {

#define CELL(word)                                                                                   \
    struct word {                                                                                    \
        weight<hidden, input> W;                                                                     \
        weight<hidden, hidden> U;                                                                    \
        RONDO_MEMBERS(W, U);                                                                         \
        constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{W * x + U * h}; } \
    };
HANA_NAMES(CELL)
#undef CELL

}  // namespace user

struct filter {
    weight<hidden, input> W;
    weight<hidden> decay;
    RONDO_MEMBERS(W, decay);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const { return next{decay * h + W * x}; }
};
struct group {
    filter power;
    bias<hidden> cycle;
    RONDO_MEMBERS(power, cycle);

    constexpr auto operator()(vec<input> x, vec<hidden> h) const
    {
        auto [smooth] = power(x, h);
        return next{tanh(smooth + cycle)};
    }
};

TEST_CASE("a cell may have the name of anything in Boost.Hana")
{
#define COUNT(word) +lang_internal::members_of<user::word>::size
    CHECK(HANA_NAMES(COUNT) > 500);
#undef COUNT
#define CHECK_CELL(word) static_assert(lang_internal::cell<user::word>);
    HANA_NAMES(CHECK_CELL)
#undef CHECK_CELL
}

TEST_CASE("cells called filter and group are traced and run")
{
    CHECK(recurrence_of<filter> == recurrence_kind::diagonal_linear);
    model<group> m{input{1}, hidden{1}};
    m["power.W"_s].fill(1);
    m["power.decay"_s].fill(0);
    m["cycle"_s].fill(0);
    bptt run{m};
    xt::xtensor<float, 3> const x = xt::ones<float>({1, 1, 1});
    CHECK(run.forward(x)(0, 0, 0) == doctest::Approx(0.76159416F));
}
