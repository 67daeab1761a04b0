// SPDX-License-Identifier: Apache-2.0
//
// Named places where a crash test ends the process, as kill -9 would: after each step that must not
// be torn from the next. Started with TUNESMITH_FAIL_AT=store.committed:5, a program dies when it
// reaches that place for the fifth time; without it, a place costs one comparison. Thread safe.
#pragma once

#include <array>
#include <string_view>

namespace tunesmith::failure_point {

/// All of them, for tests.
inline constexpr std::array<std::string_view, 12> kNames = {
    "file.written",     // a file's new content, under a temporary name
    "file.synced",      // the same, durable
    "file.renamed",     // under its name, which is not yet durable
    "blob.synced",      // an object's bytes, durable, under a temporary name
    "blob.renamed",     // under its name, which is not yet durable
    "blob.named",       // durable; no row names it
    "blob.unnamed",     // its row is gone, the blob is not
    "store.written",    // a write's rows, in a transaction that has not been committed
    "store.committed",  // durable; whoever waits for it has not been told
    "answer.ready",     // a request has been carried out, its answer has not been sent
    "launch.prepared",  // a job's folder is written, its runner does not run
    "launch.started",   // it does
};

/// One of kNames.
void reach(std::string_view name);

}  // namespace tunesmith::failure_point
