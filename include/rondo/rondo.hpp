#pragma once
/// @file
/// The whole library but for `io/`, which needs a JSON library, and `run/tbb_workers.hpp`, which needs
/// oneTBB.

#include <rondo/cell/elman.hpp>
#include <rondo/cell/gru_reset_after.hpp>
#include <rondo/cell/gru_reset_before.hpp>
#include <rondo/cell/lstm.hpp>
#include <rondo/cell/min_gru.hpp>
#include <rondo/cell/read_out.hpp>
#include <rondo/cell/sru.hpp>
#include <rondo/check/gradient_check.hpp>
#include <rondo/pass/recurrence_of.hpp>
#include <rondo/run/bptt.hpp>
#include <rondo/run/costs.hpp>
#include <rondo/run/initialize.hpp>
#include <rondo/run/model.hpp>
#include <rondo/run/state_gradient_norms.hpp>
#include <rondo/run/stream.hpp>
#include <rondo/run/truncated_bptt.hpp>
#include <rondo/train/adam.hpp>
#include <rondo/train/clip_global_norm.hpp>
#include <rondo/train/mean_squared_error.hpp>
#include <rondo/train/sgd.hpp>
#include <rondo/train/softmax_cross_entropy.hpp>
