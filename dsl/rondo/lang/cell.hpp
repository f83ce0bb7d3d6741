#pragma once
/// @file
/// Includes everything that a cell is written with. A file that defines cells needs no other header.

#include <rondo/lang/activations.hpp>
#include <rondo/lang/as.hpp>
#include <rondo/lang/assignments.hpp>
#include <rondo/lang/compositions.hpp>
#include <rondo/lang/delayed.hpp>
#include <rondo/lang/dimension.hpp>
#include <rondo/lang/expression.hpp>
#include <rondo/lang/frozen.hpp>
#include <rondo/lang/functions.hpp>
#include <rondo/lang/gradient_control.hpp>
#include <rondo/lang/join.hpp>
#include <rondo/lang/members.hpp>
#include <rondo/lang/next.hpp>
#include <rondo/lang/one_hot.hpp>
#include <rondo/lang/operators.hpp>
#include <rondo/lang/parameter.hpp>
#include <rondo/lang/per_sequence.hpp>
#include <rondo/lang/reductions.hpp>
#include <rondo/lang/transcendental.hpp>
#include <rondo/lang/transpose.hpp>
#include <rondo/lang/watch.hpp>
