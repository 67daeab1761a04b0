// SPDX-License-Identifier: Apache-2.0
//
// Runs before the first paint, so that a page with a chosen theme never flashes the other one.
try {
  const chosen = localStorage.getItem("tunesmith-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // No storage: the system's theme it is.
}
export {};
