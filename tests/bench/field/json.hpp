#pragma once
/// @file
/// The name under which GradBench's tools include this library.

#include <nlohmann/json.hpp>
