// SPDX-License-Identifier: Apache-2.0
//
// A sequence of colours from "worst" to "best", of the theme.
import { css_color } from "./theme";

export const kShades = 24;

function channels(color: string): [number, number, number] {
  const hex = color.replace("#", "");
  return [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16)) as [number, number, number];
}

function mix(a: [number, number, number], b: [number, number, number], t: number): string {
  const at = (i: 0 | 1 | 2) => Math.round(a[i] + (b[i] - a[i]) * t);
  return `rgb(${at(0)},${at(1)},${at(2)})`;
}

/** kShades colours of the theme that shows now, from low to high. */
export function read_shades(): string[] {
  const stops = ["--scale-0", "--scale-1", "--scale-2", "--scale-3"].map((name) => channels(css_color(name)));
  return Array.from({ length: kShades }, (_, i) => {
    const place = (i / (kShades - 1)) * (stops.length - 1);
    const left = Math.min(stops.length - 2, Math.floor(place));
    return mix(stops[left]!, stops[left + 1]!, place - left);
  });
}

/** The shade for a share in [0, 1]. */
export function shade_index(share: number): number {
  return Math.min(kShades - 1, Math.max(0, Math.floor(share * kShades)));
}
