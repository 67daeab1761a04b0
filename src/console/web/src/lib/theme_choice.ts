// SPDX-License-Identifier: Apache-2.0
//
// Light, dark, or what the system says: the choice, and how the style sheet learns of it. Without the
// framework, since it also runs before the first paint (theme_start.ts).

export type Theme = "system" | "light" | "dark";

const kKey = "tunesmith-theme";
export const kDarkSystem = window.matchMedia("(prefers-color-scheme: dark)");

function kept(): Theme {
  try {
    const value = localStorage.getItem(kKey);
    return value === "light" || value === "dark" ? value : "system";
  } catch {
    return "system"; // No storage.
  }
}

let chosen = kept();

export function chosen_theme(): Theme {
  return chosen;
}

/** What shows: the style sheet has the dark colours once, under this attribute. */
export function show_theme(): void {
  const system = kDarkSystem.matches ? "dark" : "light";
  document.documentElement.dataset.theme = chosen === "system" ? system : chosen;
}

export function keep_theme(theme: Theme): void {
  chosen = theme;
  try {
    if (theme === "system") localStorage.removeItem(kKey);
    else localStorage.setItem(kKey, theme);
  } catch {
    // Not kept, then.
  }
}
