// EXPECT: rondo: C++ before 2020: the library is written in C++20; use -std=c++20
// FLAGS: -std=c++17
#include <rondo/rondo.hpp>
