// SPDX-License-Identifier: Apache-2.0
//
// Lines over the steps of training, for charts of one job and of several.
import type uPlot from "uplot";
import { axes } from "./chart";
import type { Palette } from "./trial_marks";

/** All steps in order, then a column of values for each line, null where it has none. */
export function align(lines: { steps: number[]; values: (number | null)[] }[]): uPlot.AlignedData {
  const steps = [...new Set(lines.flatMap((line) => line.steps))].sort((a, b) => a - b);
  const place = new Map(steps.map((step, i) => [step, i]));
  const columns = lines.map((line) => {
    const values: (number | null)[] = new Array(steps.length).fill(null);
    line.steps.forEach((step, i) => (values[place.get(step)!] = line.values[i] ?? null));
    return values;
  });
  return [steps, ...columns];
}

/** `on_step` is told which step is pointed at, by its place in the data; null for none. */
export function step_options(palette: Palette, data: uPlot.AlignedData, lines: uPlot.Series[], on_step: (at: number | null) => void) {
  const points = { show: data[0].length < 2 };
  return {
    padding: [10, 20, 0, 0] as [number, number, number, number],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false } },
    scales: { x: { time: false } },
    axes: axes(palette, "Step"),
    series: [{}, ...lines.map((line) => ({ ...line, spanGaps: true, points }))],
    hooks: { setCursor: [(u: uPlot) => on_step((u.cursor.left ?? -1) < 0 ? null : (u.cursor.idx ?? null))] },
  };
}
