#include <rondo/check/gradient_check.hpp>
#include <rondo/io/safetensors.hpp>
#include <rondo/pass/drawing.hpp>
#include <rondo/rondo.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>
#include <limits>
#include <random>
#include <vector>

using namespace rondo;

// declarations
int main()
{
    // block
}
