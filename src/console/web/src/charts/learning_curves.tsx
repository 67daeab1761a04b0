// SPDX-License-Identifier: Apache-2.0
//
// The learning curves of all trials; the best and the selected one stand out.
import { useMemo, useState } from "preact/hooks";
import type { Trial } from "../lib/api";
import { linear_scale } from "../lib/scale";
import { robust_range } from "../lib/trials";
import { CanvasChart, type Frame, type Pointer } from "./canvas_chart";
import { is_shown, type TrialScene } from "./common";
import { area_of, draw_x_axis, draw_y_axis, to_x, to_y, y_axis_width } from "./plot_area";
import { TrialTip } from "./trial_tip";

export interface Curve {
  steps: number[];
  values: (number | null)[];
}

interface Props extends TrialScene {
  curves: Map<number, Curve>;
  version: number; // changes with what is in `curves`
}

const kHeight = 300;
const kReach = 14;

/** A range over a sample of all values: an early step far away must not press the rest flat. */
function value_range(curves: Map<number, Curve>): [number, number] {
  let count = 0;
  for (const curve of curves.values()) count += curve.values.length;
  const every = Math.max(1, Math.floor(count / 20_000));
  const sample: number[] = [];
  let i = 0;
  for (const curve of curves.values()) {
    for (const value of curve.values) if (value !== null && i++ % every === 0) sample.push(value);
    const last = curve.values[curve.values.length - 1];
    if (last !== null && last !== undefined) sample.push(last);
  }
  return robust_range(sample);
}

export function LearningCurves(props: Props) {
  const { job, trials, curves, version, best, selected } = props;
  const [hover, set_hover] = useState<{ trial: Trial; at: Pointer } | null>(null);
  const by_number = useMemo(() => new Map(trials.map((t) => [t.number, t])), [trials]);

  const view = useMemo(() => {
    let first = Infinity;
    let last = 1;
    for (const { steps } of curves.values()) {
      if (steps.length === 0) continue;
      first = Math.min(first, steps[0]!);
      last = Math.max(last, steps[steps.length - 1]!);
    }
    const [low, high] = value_range(curves);
    const room = (high - low) * 0.06;
    return { x: linear_scale(Number.isFinite(first) ? first : 0, last), y: linear_scale(low - room, high + room) };
  }, [curves, version]);

  const place = (frame: { width: number; height: number; c?: CanvasRenderingContext2D }) =>
    area_of(frame, { left: frame.c ? y_axis_width(frame.c, view.y) : 60, right: 14, top: 8, bottom: 44 });
  const area_now = useMemo(() => ({ left: 60 }), []);

  const trace = (frame: Frame, curve: Curve) => {
    const area = place(frame);
    let pen = false;
    curve.values.forEach((value, i) => {
      if (value === null) {
        pen = false;
        return;
      }
      const x = to_x(area, view.x.to(curve.steps[i]!)!);
      const y = to_y(area, view.y.to(value)!);
      if (pen) frame.c.lineTo(x, y);
      else frame.c.moveTo(x, y);
      pen = true;
    });
  };
  const clip = (frame: Frame) => {
    const area = place(frame);
    frame.c.beginPath();
    frame.c.rect(area.left, area.top - 4, area.width + 12, area.height + 8);
    frame.c.clip();
  };
  const line = (frame: Frame, trial: Trial | null, color: string, width: number) => {
    const curve = trial && curves.get(trial.number);
    if (!curve) return;
    const { c } = frame;
    c.strokeStyle = color;
    c.fillStyle = color;
    c.lineWidth = width;
    c.lineJoin = "round";
    c.beginPath();
    trace(frame, curve);
    c.stroke();
    const area = place(frame);
    const last = curve.values.length - 1;
    const value = curve.values[last];
    if (value === null || value === undefined) return;
    c.beginPath();
    c.arc(to_x(area, view.x.to(curve.steps[last]!)!), to_y(area, view.y.to(value)!), width + 1.2, 0, 2 * Math.PI);
    c.fill();
  };

  const base = (frame: Frame) => {
    const { c, palette } = frame;
    const area = place(frame);
    area_now.left = area.left;
    draw_y_axis(frame, area, view.y);
    draw_x_axis(frame, area, view.x, "Step");
    c.save();
    clip(frame);
    c.strokeStyle = palette.completed;
    c.lineWidth = curves.size > 400 ? 0.6 : 1.1;
    for (const faint of [true, false]) {
      c.globalAlpha = faint ? 0.12 : Math.max(0.12, Math.min(0.75, 60 / curves.size));
      c.beginPath();
      for (const [number, curve] of curves) {
        const trial = by_number.get(number);
        if (trial && is_shown(props, trial) !== faint) trace(frame, curve);
      }
      c.stroke();
    }
    c.globalAlpha = 1;
    c.restore();
  };
  const overlay = (frame: Frame) => {
    frame.c.save();
    clip(frame);
    line(frame, best, frame.palette.accent, 2.2);
    if (hover && hover.trial !== selected) line(frame, hover.trial, frame.palette.text, 1.6);
    if (selected) line(frame, selected, frame.palette.selected, 2.2);
    frame.c.restore();
  };

  const find = (at: Pointer): Trial | null => {
    const area = area_of(at, { left: area_now.left, right: 14, top: 8, bottom: 44 });
    const step = Number(view.x.from((at.x - area.left) / area.width));
    let found: Trial | null = null;
    let least = kReach;
    for (const [number, { steps, values }] of curves) {
      const last = steps.length - 1;
      if (last < 0 || step < steps[0]! - 1 || step > steps[last]! * 1.02 + 1) continue;
      let lo = 0;
      let hi = last;
      while (lo < hi) {
        const middle = (lo + hi) >> 1;
        if (steps[middle]! < step) lo = middle + 1;
        else hi = middle;
      }
      const left = Math.max(0, lo - 1);
      const a = values[left];
      const b = values[lo];
      if (a === null || b === null || a === undefined || b === undefined) continue;
      const share = steps[lo] === steps[left] ? 0 : (step - steps[left]!) / (steps[lo]! - steps[left]!);
      const y = to_y(area, view.y.to(a + (b - a) * Math.min(1, Math.max(0, share)))!);
      const trial = by_number.get(number);
      if (trial && Math.abs(y - at.y) < least && is_shown(props, trial)) {
        least = Math.abs(y - at.y);
        found = trial;
      }
    }
    return found;
  };

  return (
    <CanvasChart
      label={`Learning curves of ${curves.size} trials: ${job.objective.metric} over the steps of training`}
      height={kHeight}
      base={base}
      base_deps={[view, version, props.shown]}
      overlay={overlay}
      overlay_deps={[best, selected, hover?.trial]}
      on_move={(at) => {
        const trial = at && find(at);
        set_hover(trial && at ? { trial, at } : null);
      }}
      on_down={() => hover && props.on_select(hover.trial)}
      class={hover ? "pointing" : ""}
    >
      {hover && (
        <TrialTip trial={hover.trial} metric={job.objective.metric} x={hover.at.x} y={hover.at.y - 40} width={hover.at.width} />
      )}
    </CanvasChart>
  );
}
