/// @file
/// Headers of packages and of the standard library that most tests include, precompiled for programs with
/// many files. Of Rondo's headers only the two that wrap a package are here, so a test that forgets another
/// one does not compile. There is no `#pragma once`, of which g++ warns in a header that it precompiles.

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
