// SPDX-License-Identifier: Apache-2.0
//
// How a trial is drawn: each outcome has a shape of its own, so that colour alone says nothing.
import { css_color } from "../lib/theme";
import type { Outcome } from "../lib/trials";

export interface Palette {
  accent: string;
  selected: string;
  text: string;
  muted: string;
  grid: string;
  surface: string;
  completed: string;
  early: string;
  stopped: string;
  failed: string;
}

export function read_palette(): Palette {
  return {
    accent: css_color("--accent"),
    selected: css_color("--selected"),
    text: css_color("--text"),
    muted: css_color("--muted"),
    grid: css_color("--grid"),
    surface: css_color("--surface"),
    completed: css_color("--point"),
    early: css_color("--early"),
    stopped: css_color("--stopped"),
    failed: css_color("--failed"),
  };
}

/** Draws a mark of radius `r` (canvas pixels). */
export function draw_mark(c: CanvasRenderingContext2D, what: Outcome, x: number, y: number, r: number, colors: Palette) {
  // Of thousands of small marks nobody sees the corners, and squares are drawn many times faster.
  if (what === "completed" && r < 2.2) {
    c.fillStyle = colors.completed;
    c.fillRect(x - r, y - r, 2 * r, 2 * r);
    return;
  }
  c.beginPath();
  c.lineWidth = Math.max(1, r * 0.45);
  switch (what) {
    case "completed":
      c.fillStyle = colors.completed;
      c.arc(x, y, r, 0, 2 * Math.PI);
      c.fill();
      break;
    case "early":
      c.strokeStyle = colors.early;
      c.fillStyle = colors.surface;
      c.moveTo(x, y - r * 1.25);
      c.lineTo(x + r * 1.25, y);
      c.lineTo(x, y + r * 1.25);
      c.lineTo(x - r * 1.25, y);
      c.closePath();
      c.fill();
      c.stroke();
      break;
    case "stopped":
      c.strokeStyle = colors.stopped;
      c.fillStyle = colors.surface;
      c.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
      c.fill();
      c.stroke();
      break;
    case "failed":
      c.strokeStyle = colors.failed;
      c.moveTo(x - r, y - r);
      c.lineTo(x + r, y + r);
      c.moveTo(x + r, y - r);
      c.lineTo(x - r, y + r);
      c.stroke();
      break;
    case "running":
      c.strokeStyle = colors.accent;
      c.fillStyle = colors.surface;
      c.arc(x, y, r, 0, 2 * Math.PI);
      c.fill();
      c.stroke();
      break;
  }
}

/** A small arrow at the edge for a point that lies beyond it. */
export function draw_beyond(c: CanvasRenderingContext2D, below: boolean, x: number, y: number, r: number, color: string) {
  const tip = below ? r : -r;
  c.beginPath();
  c.fillStyle = color;
  c.moveTo(x - r, y - tip);
  c.lineTo(x + r, y - tip);
  c.lineTo(x, y + tip * 0.8);
  c.closePath();
  c.fill();
}
