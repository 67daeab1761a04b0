// SPDX-License-Identifier: Apache-2.0
//
// Whether the system makes threads now. OpenMP's runtime ends the process when it gets fewer than
// it wants, so the trainer asks before.
#pragma once

namespace tunesmith::algorithms::xgboost {

/// `wanted`, or 1 when a limit on processes or on memory is so near that as many threads may not be
/// had: the caller trains with the thread that it has.
int threads_within_limits(int wanted);

}  // namespace tunesmith::algorithms::xgboost
