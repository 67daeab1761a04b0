// SPDX-License-Identifier: Apache-2.0
//
// Parallel coordinates: an axis for each hyperparameter and the objective, a line for each trial in
// the colour of how good it is. Dragging along an axis keeps the trials that pass there; the same
// conditions stand in the address and filter all charts and the table.
import { useMemo, useRef, useState } from "preact/hooks";
import type { Trial } from "../lib/api";
import { kShades, read_shades, shade_index } from "../lib/colors";
import { type Filter, filter_key, filters_of, kObjective, print_filter } from "../lib/filters";
import { set_query, use_location } from "../lib/router";
import { parameter_scale, type Scale } from "../lib/scale";
import { use_theme } from "../lib/theme";
import { has_objective } from "../lib/trials";
import { CanvasChart, type Frame, type Pointer } from "./canvas_chart";
import { goodness, objective_scale, type TrialScene } from "./common";
import { area_of, fit_text } from "./plot_area";
import { TrialTip } from "./trial_tip";

interface Axis {
  name: string; // of the filter
  title: string;
  scale: Scale;
  categorical: boolean;
  value: (trial: Trial) => number | string | undefined;
}

const kHeight = 380;
const kMargins = { left: 44, right: 44, top: 42, bottom: 30 };
const kGrab = 16;
// More lines than this cover each other, and take long to paint.
const kMostLines = 3000;

function axes_of(scene: TrialScene): Axis[] {
  const axes: Axis[] = scene.job.ranges.map((range) => ({
    name: range.name,
    title: range.name,
    scale: parameter_scale(range),
    categorical: range.kind === "Categorical",
    value: (trial) => trial.tuned[range.name],
  }));
  axes.push({
    name: kObjective,
    title: scene.job.objective.metric,
    scale: objective_scale(scene),
    categorical: false,
    value: (trial) => trial.objective ?? undefined,
  });
  return axes;
}

export function ParallelCoordinates(props: TrialScene) {
  const { job, trials, shown, best, selected } = props;
  const { query } = use_location();
  const theme = use_theme();
  const [hover, set_hover] = useState<{ trial: Trial; at: Pointer } | null>(null);
  const [drag, set_drag] = useState<{ axis: number; from: number; to: number } | null>(null);
  const cursor = useRef("");
  const scene_key = `${job.id} ${trials.length}`;
  const axes = useMemo(() => axes_of(props), [scene_key, best, trials]);
  const good = useMemo(() => goodness(props), [trials]);
  const shades = useMemo(read_shades, [theme]);
  const filters = useMemo(() => filters_of(query), [query.toString()]);

  // Places in [0, 1] by trial and axis, once for all drawing.
  const lines = useMemo(() => {
    const list = trials.filter(has_objective);
    const places = new Float32Array(list.length * axes.length);
    const shade = new Uint8Array(list.length);
    list.forEach((trial, i) => {
      axes.forEach((axis, a) => {
        const value = axis.value(trial);
        const at = value === undefined ? null : axis.scale.to(value);
        places[i * axes.length + a] = at === null ? NaN : Math.min(1.02, Math.max(-0.02, at));
      });
      shade[i] = shade_index(good(trial.objective!));
    });
    const order = list.map((_, i) => i).sort((a, b) => shade[a]! - shade[b]!);
    return { list, places, shade, order };
  }, [trials, axes]);
  // The good ones last, on top.
  const passing = useMemo(
    () => (shown === null ? lines.order : lines.order.filter((i) => shown.has(lines.list[i]!.number))),
    [lines, shown],
  );

  const x_of = (area: { left: number; width: number }, a: number) =>
    area.left + (axes.length === 1 ? 0.5 : a / (axes.length - 1)) * area.width;
  const trace = (c: CanvasRenderingContext2D, area: ReturnType<typeof area_of>, i: number) => {
    let pen = false;
    for (let a = 0; a < axes.length; ++a) {
      const at = lines.places[i * axes.length + a]!;
      if (Number.isNaN(at)) {
        pen = false;
        continue;
      }
      const x = x_of(area, a);
      const y = area.top + (1 - at) * area.height;
      if (pen) c.lineTo(x, y);
      else c.moveTo(x, y);
      pen = true;
    }
  };

  const base = (frame: Frame) => {
    const { c, palette } = frame;
    const area = area_of(frame, kMargins);
    const many = lines.list.length;
    c.lineWidth = many > 2000 ? 0.5 : many > 300 ? 0.8 : 1.2;
    if (shown !== null) {
      c.strokeStyle = palette.grid;
      c.beginPath();
      for (const i of thinned(lines.order.filter((i) => !shown.has(lines.list[i]!.number)))) trace(c, area, i);
      c.stroke();
    }
    const alpha = many > 2000 ? 0.35 : many > 300 ? 0.55 : 0.8;
    const buckets: number[][] = Array.from({ length: kShades }, () => []);
    for (const i of thinned(passing)) buckets[lines.shade[i]!]!.push(i);
    buckets.forEach((bucket, s) => {
      if (bucket.length === 0) return;
      c.globalAlpha = Math.min(1, alpha + (s / kShades) * 0.3);
      c.strokeStyle = shades[s]!;
      c.beginPath();
      for (const i of bucket) trace(c, area, i);
      c.stroke();
    });
    c.globalAlpha = 1;
    axes.forEach((axis, a) => draw_axis(frame, area, axis, x_of(area, a), axes.length));
  };

  const overlay = (frame: Frame) => {
    const { c, palette } = frame;
    const area = area_of(frame, kMargins);
    const stroke = (trial: Trial | null | undefined, color: string, width: number) => {
      const i = trial ? lines.list.findIndex((t) => t.number === trial.number) : -1;
      if (i < 0) return;
      c.strokeStyle = color;
      c.lineWidth = width;
      c.beginPath();
      trace(c, area, i);
      c.stroke();
    };
    stroke(best, palette.accent, 2.4);
    stroke(hover?.trial, palette.text, 1.6);
    stroke(selected, palette.selected, 2.4);
    for (const filter of filters) {
      const a = axes.findIndex((axis) => axis.name === filter.name);
      if (a >= 0 && drag?.axis !== a) draw_brush(frame, area, axes[a]!, x_of(area, a), filter);
    }
    if (drag) {
      const x = x_of(area, drag.axis);
      c.fillStyle = palette.selected;
      c.globalAlpha = 0.3;
      c.fillRect(x - 9, Math.min(drag.from, drag.to), 18, Math.abs(drag.to - drag.from));
      c.globalAlpha = 1;
    }
  };

  const axis_at = (at: Pointer): number => {
    const area = area_of(at, kMargins);
    return axes.findIndex((_, a) => Math.abs(x_of(area, a) - at.x) < kGrab);
  };
  const find = (at: Pointer): Trial | null => {
    const area = area_of(at, kMargins);
    const spot = ((at.x - area.left) / area.width) * (axes.length - 1);
    const left = Math.min(axes.length - 2, Math.max(0, Math.floor(spot)));
    const share = Math.min(1, Math.max(0, spot - left));
    let found: Trial | null = null;
    let least = 9;
    lines.list.forEach((trial, i) => {
      if (shown !== null && !shown.has(trial.number)) return;
      const p = lines.places[i * axes.length + left]!;
      const q = lines.places[i * axes.length + Math.min(left + 1, axes.length - 1)]!;
      const y = area.top + (1 - (p + (q - p) * share)) * area.height;
      if (Math.abs(y - at.y) < least) {
        least = Math.abs(y - at.y);
        found = trial;
      }
    });
    return found;
  };
  const move = (at: Pointer | null) => {
    if (at === null) {
      if (!drag) set_hover(null);
      return;
    }
    if (drag) {
      const area = area_of(at, kMargins);
      set_drag({ ...drag, to: Math.min(area.top + area.height, Math.max(area.top, at.y)) });
      return;
    }
    const on_axis = axis_at(at) >= 0;
    cursor.current = on_axis ? "brushing" : "";
    const trial = on_axis ? null : find(at);
    set_hover(trial ? { trial, at } : null);
  };
  const down = (at: Pointer) => {
    const axis = axis_at(at);
    if (axis >= 0) set_drag({ axis, from: at.y, to: at.y });
    else if (hover) props.on_select(hover.trial);
  };
  const up = (at: Pointer) => {
    if (!drag) return;
    const axis = axes[drag.axis]!;
    const area = area_of(at, kMargins);
    const place = (y: number) => 1 - (y - area.top) / area.height;
    set_drag(null);
    if (Math.abs(drag.to - drag.from) < 4) {
      set_query({ [filter_key(axis.name)]: "" });
      return;
    }
    const low = place(Math.max(drag.from, drag.to));
    const high = place(Math.min(drag.from, drag.to));
    const filter: Filter = axis.categorical
      ? { name: axis.name, values: axis.scale.ticks(0).filter((t) => t.at >= low && t.at <= high).map((t) => t.text) }
      : { name: axis.name, low: Number(axis.scale.from(low)), high: Number(axis.scale.from(high)) };
    set_query({ [filter_key(axis.name)]: print_filter(filter) });
  };

  return (
    <>
      <CanvasChart
        label={`Parallel coordinates of ${lines.list.length} trials over ${axes.map((a) => a.title).join(", ")}`}
        height={kHeight}
        base={base}
        base_deps={[lines, shown, shades]}
        overlay={overlay}
        overlay_deps={[best, selected, hover?.trial, drag, filters]}
        on_move={move}
        on_down={down}
        on_up={up}
        class={drag ? "brushing" : hover ? "pointing" : cursor.current}
      >
        {hover && !drag && (
          <TrialTip trial={hover.trial} metric={job.objective.metric} x={hover.at.x} y={hover.at.y - 30} width={hover.at.width} />
        )}
      </CanvasChart>
      {passing.length > kMostLines && (
        <p class="muted chart-note">
          Drawn are the best {(kMostLines / 2).toLocaleString("en")} of {passing.length.toLocaleString("en")} trials, and as many of the others.
        </p>
      )}
    </>
  );
}

/** Of many lines, ordered by goodness, the best and as many that stand for the others. */
function thinned(order: number[]): number[] {
  if (order.length <= kMostLines) return order;
  const others = order.length - kMostLines / 2;
  const every = others / (kMostLines / 2);
  return [...Array.from({ length: kMostLines / 2 }, (_, i) => order[Math.floor(i * every)]!), ...order.slice(others)];
}

function draw_axis(frame: Frame, area: ReturnType<typeof area_of>, axis: Axis, x: number, count: number): void {
  const { c, palette } = frame;
  const room = area.width / Math.max(1, count - 1);
  c.strokeStyle = palette.muted;
  c.lineWidth = 1;
  c.beginPath();
  c.moveTo(Math.round(x) + 0.5, area.top);
  c.lineTo(Math.round(x) + 0.5, area.top + area.height);
  c.stroke();
  c.textAlign = "center";
  c.textBaseline = "alphabetic";
  c.fillStyle = palette.text;
  const title = fit_text(c, axis.title, Math.max(48, room - 10));
  const half = c.measureText(title).width / 2;
  c.fillText(title, Math.min(frame.width - half - 2, Math.max(half + 2, x)), 20);
  c.textAlign = "left";
  c.textBaseline = "middle";
  for (const tick of axis.scale.ticks(5)) {
    if (tick.at < -0.001 || tick.at > 1.001) continue;
    const y = area.top + (1 - tick.at) * area.height;
    c.fillStyle = palette.muted;
    c.fillRect(x - 3, y - 0.5, 6, 1);
    const text = fit_text(c, tick.text, 62);
    const width = c.measureText(text).width;
    const left = x + 8 + width > frame.width ? x - 8 - width : x + 8;
    c.lineWidth = 3;
    c.strokeStyle = palette.surface;
    c.strokeText(text, left, y);
    c.lineWidth = 1;
    c.fillText(text, left, y);
  }
}

function draw_brush(frame: Frame, area: ReturnType<typeof area_of>, axis: Axis, x: number, filter: Filter): void {
  const { c, palette } = frame;
  c.fillStyle = palette.selected;
  c.strokeStyle = palette.selected;
  const box = (low: number, high: number) => {
    const top = area.top + (1 - Math.min(1.02, high)) * area.height;
    const bottom = area.top + (1 - Math.max(-0.02, low)) * area.height;
    c.globalAlpha = 0.22;
    c.fillRect(x - 8, top, 16, bottom - top);
    c.globalAlpha = 1;
    c.lineWidth = 1.5;
    c.strokeRect(x - 8, top, 16, bottom - top);
  };
  if ("values" in filter) {
    const half = 0.5 / Math.max(1, axis.scale.ticks(0).length);
    for (const value of filter.values) {
      const at = axis.scale.to(value);
      if (at !== null) box(at - half, at + half);
    }
  } else {
    box(Number.isFinite(filter.low) ? (axis.scale.to(filter.low) ?? 0) : 0, Number.isFinite(filter.high) ? (axis.scale.to(filter.high) ?? 1) : 1);
  }
}
