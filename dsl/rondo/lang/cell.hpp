#pragma once
/// @file
/// All that a cell is written with; the header that a file with a cell includes.

#include <rondo/lang/dimension.hpp>
#include <rondo/lang/expression.hpp>
#include <rondo/lang/functions.hpp>
#include <rondo/lang/members.hpp>
#include <rondo/lang/next.hpp>
#include <rondo/lang/operators.hpp>
#include <rondo/lang/parameter.hpp>
