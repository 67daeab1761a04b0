// SPDX-License-Identifier: Apache-2.0
//
// The rectangle that a chart's data lies in, with axes around it. Pixels are CSS pixels.
import type { Scale } from "../lib/scale";
import type { Frame } from "./canvas_chart";

export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

export function area_of(frame: { width: number; height: number }, margins: { left: number; right: number; top: number; bottom: number }): Area {
  return {
    left: margins.left,
    top: margins.top,
    width: Math.max(10, frame.width - margins.left - margins.right),
    height: Math.max(10, frame.height - margins.top - margins.bottom),
  };
}

export function to_x(area: Area, place: number): number {
  return area.left + place * area.width;
}

export function to_y(area: Area, place: number): number {
  return area.top + (1 - place) * area.height;
}

/** Text cut to a width, with an ellipsis. */
export function fit_text(c: CanvasRenderingContext2D, text: string, width: number): string {
  if (c.measureText(text).width <= width) return text;
  let end = text.length;
  while (end > 1 && c.measureText(text.slice(0, end) + "…").width > width) --end;
  return text.slice(0, end) + "…";
}

/** Lines across and numbers at the left. */
export function draw_y_axis(frame: Frame, area: Area, scale: Scale, count = 5): void {
  const { c, palette } = frame;
  c.save();
  c.textAlign = "right";
  c.textBaseline = "middle";
  c.lineWidth = 1;
  for (const tick of scale.ticks(count)) {
    if (tick.at < -0.001 || tick.at > 1.001) continue;
    const y = Math.round(to_y(area, tick.at)) + 0.5;
    c.strokeStyle = palette.grid;
    c.beginPath();
    c.moveTo(area.left, y);
    c.lineTo(area.left + area.width, y);
    c.stroke();
    c.fillStyle = palette.muted;
    c.fillText(fit_text(c, tick.text, area.left - 10), area.left - 8, y);
  }
  c.restore();
}

/** Numbers below, as many as have room, and what they are. */
export function draw_x_axis(frame: Frame, area: Area, scale: Scale, label = ""): void {
  const { c, palette } = frame;
  const ticks = scale.ticks(Math.max(2, Math.floor(area.width / 70)));
  c.save();
  c.fillStyle = palette.muted;
  c.textBaseline = "top";
  let free = -Infinity;
  for (const tick of ticks) {
    if (tick.at < -0.001 || tick.at > 1.001) continue;
    const x = to_x(area, tick.at);
    const text = fit_text(c, tick.text, Math.max(30, area.width / Math.max(1, ticks.length) - 4));
    const half = c.measureText(text).width / 2;
    const at = Math.min(frame.width - half - 1, Math.max(half, x));
    if (at - half < free) continue;
    free = at + half + 8;
    c.textAlign = "center";
    c.fillText(text, at, area.top + area.height + 7);
  }
  if (label !== "") {
    c.textAlign = "center";
    c.fillText(fit_text(c, label, area.width), area.left + area.width / 2, area.top + area.height + 24);
  }
  c.restore();
}

/** Room that the texts of a left axis need. */
export function y_axis_width(c: CanvasRenderingContext2D, scale: Scale, count = 5): number {
  const widest = scale.ticks(count).reduce((w, tick) => Math.max(w, c.measureText(tick.text).width), 0);
  return Math.min(90, Math.ceil(widest) + 14);
}
