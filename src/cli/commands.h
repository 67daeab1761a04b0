// SPDX-License-Identifier: Apache-2.0
//
// The commands of `tunesmith`. Each adds itself, with its options, to the program's command line;
// running it returns the exit status: 0 success, 1 failure, 2 wrong use.
#pragma once

#include <functional>
#include <string>

namespace CLI {
class App;
}

namespace tunesmith::cli {

/// What a parsed command line runs; set by the command that was named.
using Action = std::function<int()>;

void add_best(CLI::App& program, Action& action);
void add_completion(CLI::App& program, Action& action);
void add_console(CLI::App& program, Action& action);
void add_describe(CLI::App& program, Action& action);
void add_doctor(CLI::App& program, Action& action);
void add_export(CLI::App& program, Action& action);
void add_jobs(CLI::App& program, Action& action);
void add_logs(CLI::App& program, Action& action);
void add_report(CLI::App& program, Action& action);
void add_stop(CLI::App& program, Action& action);
void add_serve(CLI::App& program, Action& action);
void add_backup(CLI::App& program, Action& action);
void add_restore(CLI::App& program, Action& action);
void add_verify(CLI::App& program, Action& action);
void add_env(CLI::App& program, Action& action);
void add_suggest(CLI::App& program, Action& action);
void add_tune(CLI::App& program, Action& action);
void add_user(CLI::App& program, Action& action);
void add_watch(CLI::App& program, Action& action);

/// Adds --data-dir with its default.
void add_data_dir(CLI::App& command, std::string& data_dir);

/// Prints "tunesmith: <message>" on standard error and returns 1.
int fail(const std::string& message);

}  // namespace tunesmith::cli
