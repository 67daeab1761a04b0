// SPDX-License-Identifier: Apache-2.0
//
// The walls around an algorithm that is a process of the runner's own: process, mount and (when
// asked for) network name spaces, made with the process by clone(2), inside a user name space where
// this user may not make them otherwise. The files of the machine are read-only, what hides behind
// `hidden` is not there, but for the working folder, which alone can be written. Where the runner
// is root's, the algorithm runs as a user of its own. Everything that is called in the child is
// async-signal-safe; no allocation. One thread.
#pragma once

#include "base/result.h"

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace tunesmith::runner {

class Sandbox {
 public:
  /// Walls that could not be built, as bits.
  enum Missing : unsigned { kMounts = 1, kProc = 2, kUser = 4 };

  /// `working_folder` and `hidden` (empty: nothing) are absolute and exist; `program` must stay
  /// visible: when it lies in `hidden`, nothing is hidden. `user`: who the algorithm is to be, 0:
  /// whoever runs this; only root can make it another, and only one that reaches both paths.
  Sandbox(const std::string& working_folder, const std::string& hidden, const std::string& program,
          bool network_isolation, uid_t user);

  /// As fork(2): 0 in the child, which is process 1 of its name space; -1 when this system gives
  /// no such name spaces.
  pid_t fork();
  /// In the child: maps the user, sets the mounts up and gives the working folder to the
  /// algorithm's user; the bits of what could not be done.
  unsigned enter();
  /// In the child, before it makes others: with all it makes, no more than `processes` and some,
  /// should the watch be late. By a control group, which only root makes; others are held by
  /// drop_rights().
  void limit_processes(std::size_t processes);
  /// In the process that will be the algorithm: its own user, no capability, and the same limit,
  /// which the kernel counts by user and name space, but not for root. False when it can't become
  /// that user.
  bool drop_rights(std::size_t processes) const;
  /// In the parent, when everything there has ended.
  void remove_group() const;
  /// Removes the empty control groups of runners that were killed before they could.
  static void remove_groups_of_the_dead();

 private:
  bool set_up_mounts();
  bool give_folder() const;

  struct IdMap {
    explicit IdMap(unsigned id);
    std::array<char, 64> text{};
    std::size_t length = 0;
  };

  const std::string working_folder_;
  std::string hidden_;
  std::vector<std::string> below_hidden_;  // folders to make, down to the working folder
  const bool network_isolation_;
  uid_t user_;                      // 0: the runner's
  std::vector<std::string> given_;  // to that user: the working folder and all in it
  bool user_namespace_ = false;
  std::array<std::string, 2> groups_;  // of the first and the second version; one of them is made
  const IdMap uid_;
  const IdMap gid_;
};

/// In words for a log.
std::string describe_missing(unsigned missing);

}  // namespace tunesmith::runner
