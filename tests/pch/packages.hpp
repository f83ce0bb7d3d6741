#pragma once
/// @file
/// The headers of packages and of the standard library that most tests include, precompiled for the programs
/// with many files. Rondo's own headers are not here, apart from those that wrap a package: a test that
/// forgets one does not compile.

#include <rondo/kernel/xsimd.hpp>
#include <rondo/model/xtensor.hpp>

#include <doctest/doctest.h>
#include <boost/hana/string.hpp>
#include <boost/hana/tuple.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <random>
#include <span>
#include <sstream>
#include <string>
#include <vector>
