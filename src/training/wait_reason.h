// SPDX-License-Identifier: Apache-2.0
//
// Why a job that is to be started does not run yet, for SecondaryStatusTransitions. Used by
// TrainingJobs.
#pragma once

#include "base/clock.h"
#include "store/records.h"
#include "store/store.h"

#include <cstdint>
#include <string_view>

namespace tunesmith::training {

/// Says in the current secondary status why nothing runs yet; false when it says that already, or
/// the job is not waiting to be started.
bool explain_wait(store::TrainingJob& job, std::string_view reason, Timestamp now);

/// The same for the stored row of `job`. A failure is logged: the job waits all the same.
void explain_wait(store::Store& store, store::TrainingJob job, std::string_view reason,
                  Timestamp now);

}  // namespace tunesmith::training
