// SPDX-License-Identifier: Apache-2.0
//
// The learning curves of all trials; the best and the selected one stand out.
import { useMemo, useState } from "preact/hooks";
import type { Trial } from "../lib/api";
import { linear_scale } from "../lib/scale";
import { robust_range } from "../lib/trials";
import { CanvasChart, type Frame, type Pointer } from "./canvas_chart";
import { is_shown, type TrialScene } from "./common";
import { type Area, area_of, draw_x_axis, draw_y_axis, to_x, to_y, y_axis_width } from "./plot_area";
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
// More curves than this cover each other, and take long to paint.
const kMostCurves = 2000;

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

  /** Draws curves into `area`. Both axes are linear: two products a point, as there are up to 100,000 of them. */
  const tracer = (c: CanvasRenderingContext2D, area: Area) => {
    const [x0, y0] = [to_x(area, view.x.to(0)!), to_y(area, view.y.to(0)!)];
    const [dx, dy] = [to_x(area, view.x.to(1)!) - x0, to_y(area, view.y.to(1)!) - y0];
    return ({ steps, values }: Curve) => {
      let pen = false;
      for (let i = 0; i < values.length; ++i) {
        const value = values[i]!;
        if (value === null) {
          pen = false;
          continue;
        }
        if (pen) c.lineTo(x0 + steps[i]! * dx, y0 + value * dy);
        else c.moveTo(x0 + steps[i]! * dx, y0 + value * dy);
        pen = true;
      }
    };
  };
  const clip = (c: CanvasRenderingContext2D, area: Area) => {
    c.beginPath();
    c.rect(area.left, area.top - 4, area.width + 12, area.height + 8);
    c.clip();
  };
  const line = (c: CanvasRenderingContext2D, area: Area, trial: Trial | null, color: string, width: number) => {
    const curve = trial && curves.get(trial.number);
    if (!curve) return;
    c.strokeStyle = color;
    c.fillStyle = color;
    c.lineWidth = width;
    c.lineJoin = "round";
    c.beginPath();
    tracer(c, area)(curve);
    c.stroke();
    const last = curve.values.length - 1;
    const value = curve.values[last];
    if (value === null || value === undefined) return;
    c.beginPath();
    c.arc(to_x(area, view.x.to(curve.steps[last]!)!), to_y(area, view.y.to(value)!), width + 1.2, 0, 2 * Math.PI);
    c.fill();
  };

  const every = Math.ceil(curves.size / kMostCurves);
  const base = (frame: Frame) => {
    const { c, palette } = frame;
    const area = place(frame);
    area_now.left = area.left;
    draw_y_axis(frame, area, view.y);
    draw_x_axis(frame, area, view.x, "Step");
    c.save();
    clip(c, area);
    const trace = tracer(c, area);
    c.strokeStyle = palette.completed;
    c.lineWidth = curves.size > 400 ? 0.6 : 1.1;
    const drawn = [...curves].filter((_, i) => i % every === 0);
    for (const faint of [true, false]) {
      c.globalAlpha = faint ? 0.12 : Math.max(0.12, Math.min(0.75, 60 / curves.size));
      c.beginPath();
      for (const [number, curve] of drawn) {
        const trial = by_number.get(number);
        if (trial && is_shown(props, trial) !== faint) trace(curve);
      }
      c.stroke();
    }
    c.globalAlpha = 1;
    c.restore();
  };
  const overlay = (frame: Frame) => {
    const { c, palette } = frame;
    const area = place(frame);
    c.save();
    clip(c, area);
    line(c, area, best, palette.accent, 2.2);
    if (hover && hover.trial !== selected) line(c, area, hover.trial, palette.text, 1.6);
    if (selected) line(c, area, selected, palette.selected, 2.2);
    c.restore();
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
    <>
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
      {every > 1 && (
        <p class="muted chart-note">
          Drawn are {Math.ceil(curves.size / every).toLocaleString("en")} of {curves.size.toLocaleString("en")} curves, evenly chosen, and the best one.
        </p>
      )}
    </>
  );
}
