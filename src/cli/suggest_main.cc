// SPDX-License-Identifier: Apache-2.0
#include "cli/suggest.h"

#include <iostream>

int main() {
  std::ios::sync_with_stdio(false);
  return tunesmith::cli::run_suggest_session(std::cin, std::cout);
}
