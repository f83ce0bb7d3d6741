#include "unit/matrix_cells.hpp"

#include <rondo/locate/entry_place.hpp>
#include <rondo/model/model.hpp>

#include <doctest/doctest.h>

#include <cstddef>

namespace entry_place_test {

using namespace rondo;
using namespace rondo::exec_internal;
using test::heads;
using test::keys;
using test::mlstm;
using test::values;

TEST_CASE("entry_place: entries are found and named by their indices along named dimensions")
{
    model<mlstm> const m{input{3}, heads{2}, keys{5}, values{4}};
    recorded_model const recorded = recorded_model_of<mlstm, float>(m.bound(), m.parameters());
    extents const matrix = compiled<mlstm>::shapes.states[0];
    extents const of_keys = compiled<mlstm>::shapes.states[1];
    extents const of_heads = compiled<mlstm>::shapes.states[2];
    CHECK(entries_of(recorded, matrix) == 40);
    CHECK(entry_along(recorded, matrix, 33, matrix) == 33);
    CHECK(entry_along(recorded, matrix, 33, of_keys) == 8);  // head 1, key 3
    CHECK(entry_along(recorded, matrix, 33, of_heads) == 1);
    CHECK(entry_along(recorded, of_heads, 1, of_keys) == 5);
    CHECK(entry_along(recorded, matrix, 33, {}) == 0);
    CHECK(entries_below(recorded, matrix, matrix.dims[0]) == 20);
    CHECK(feature_text(recorded, of_heads, 1) == "feature 1");
    CHECK(feature_text(recorded, matrix, 33) == "heads 1, values 2, keys 3");
    CHECK(entry_text(recorded, of_heads, 1) == "entry 1");
    CHECK(entry_text(recorded, matrix, 33) == "entry (1, 2, 3)");
}

}  // namespace entry_place_test
