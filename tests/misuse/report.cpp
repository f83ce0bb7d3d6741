// Adds the entry of the table to a report of a sanitizer.
#include "table.hpp"

#include <sanitizer/common_interface_defs.h>

#include <cstdio>

namespace {

void name_entry() { std::fprintf(stderr, "This is the misuse: %s\n", rondo::test::current_entry); }

[[maybe_unused]] bool const is_set = [] {
    __sanitizer_set_death_callback(name_entry);
    return true;
}();

}  // namespace
