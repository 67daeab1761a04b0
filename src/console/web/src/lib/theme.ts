// SPDX-License-Identifier: Apache-2.0
//
// Light, dark, or what the system says. Charts draw on canvases and so have to be told.
import { useEffect, useState } from "preact/hooks";

export type Theme = "system" | "light" | "dark";
const kKey = "tunesmith-theme";
const kSystem = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();

export function chosen_theme(): Theme {
  const value = document.documentElement.dataset.theme;
  return value === "light" || value === "dark" ? value : "system";
}

export function choose_theme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === "system") localStorage.removeItem(kKey);
    else localStorage.setItem(kKey, theme);
  } catch {
    // Not kept, then.
  }
  for (const listener of listeners) listener();
}

kSystem.addEventListener("change", () => {
  for (const listener of listeners) listener();
});

/** Changes whenever colours do. */
export function use_theme(): string {
  const read = () => `${chosen_theme()} ${kSystem.matches}`;
  const [theme, set_theme] = useState(read);
  useEffect(() => {
    const update = () => set_theme(read());
    listeners.add(update);
    return () => {
      listeners.delete(update);
    };
  }, []);
  return theme;
}

/** A colour of the style sheet, for canvases. */
export function css_color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
