// SPDX-License-Identifier: Apache-2.0
//
// The theme for components. Charts draw on canvases and so have to be told of another one.
import { useEffect, useState } from "preact/hooks";
import { kDarkSystem, keep_theme, show_theme, type Theme } from "./theme_choice";

const listeners = new Set<() => void>();

function update(): void {
  show_theme();
  for (const listener of listeners) listener();
}

export function choose_theme(theme: Theme): void {
  keep_theme(theme);
  update();
}

kDarkSystem.addEventListener("change", update);

/** Changes whenever colours do. */
export function use_theme(): string {
  const read = () => document.documentElement.dataset.theme ?? "";
  const [theme, set_theme] = useState(read);
  useEffect(() => {
    const listener = () => set_theme(read());
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }, []);
  return theme;
}

/** A colour of the style sheet, for canvases. */
export function css_color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
