// SPDX-License-Identifier: Apache-2.0
//
// What the model predicts over two hyperparameters (averaged over the others), trials as points.
import { useMemo, useRef, useState } from "preact/hooks";
import { draw_mark } from "../components/trial_marks";
import type { ModelContour, Range, Trial } from "../lib/api";
import { read_shades, shade_index } from "../lib/colors";
import { format_number } from "../lib/format";
import { parameter_scale } from "../lib/scale";
import { use_theme } from "../lib/theme";
import { has_objective, outcome } from "../lib/trials";
import { CanvasChart, type Frame, type Pointer } from "./canvas_chart";
import { is_shown, nearest, type TrialScene } from "./common";
import { area_of, draw_x_axis, draw_y_axis, to_x, to_y, y_axis_width } from "./plot_area";
import { TrialTip } from "./trial_tip";

interface Props extends TrialScene {
  x: Range;
  y: Range;
  contour: ModelContour;
}

const kHeight = 380;
const kLevels = 10;
const kCells = 3; // drawn cells are so many pixels wide

/** Where each pixel lies between the places of the grid: index of the left one and the share. */
function between(places: number[], at: number): [number, number] {
  if (places.length < 2) return [0, 0];
  let i = 0;
  while (i < places.length - 2 && places[i + 1]! < at) ++i;
  const span = places[i + 1]! - places[i]!;
  return [i, span > 0 ? Math.min(1, Math.max(0, (at - places[i]!) / span)) : 0];
}

/** The share of sorted values that lie below: bands by it cover equal areas, so that the good region is not all one colour. */
function rank(sorted: number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low / Math.max(1, sorted.length);
}

export function Contour(props: Props) {
  const { job, trials, best, selected, contour } = props;
  const theme = use_theme();
  const [hover, set_hover] = useState<{ trial: Trial | null; at: Pointer } | null>(null);
  const x = useMemo(() => parameter_scale(props.x), [props.x]);
  const y = useMemo(() => parameter_scale(props.y), [props.y]);
  const shades = useMemo(read_shades, [theme]);
  const points = useMemo(() => trials.filter(has_objective), [trials]);
  const spots = useRef({ xs: new Float32Array(0), ys: new Float32Array(0), left: 60 });

  const field = useMemo(() => {
    const known = contour.mean.flat().filter((v): v is number => v !== null).sort((a, b) => a - b);
    const low = known[0] ?? 0;
    const high = known.at(-1) ?? 1;
    const up = job.objective.direction === "Maximize";
    const xs = contour.xs.map((v) => x.to(v) ?? 0);
    const ys = contour.ys.map((v) => y.to(v) ?? 0);
    const stepped_x = props.x.kind === "Categorical";
    const stepped_y = props.y.kind === "Categorical";
    const at = (px: number, py: number): number | null => {
      let [i, s] = between(xs, px);
      let [j, t] = between(ys, py);
      if (stepped_x) s = Math.round(s);
      if (stepped_y) t = Math.round(t);
      const value = (a: number, b: number) => contour.mean[Math.min(b, ys.length - 1)]?.[Math.min(a, xs.length - 1)] ?? null;
      const corners = [value(i, j), value(i + 1, j), value(i, j + 1), value(i + 1, j + 1)];
      if (corners.some((v) => v === null)) return corners[0] ?? null;
      const [a, b, c, d] = corners as number[];
      return (a! * (1 - s) + b! * s) * (1 - t) + (c! * (1 - s) + d! * s) * t;
    };
    return { low, high, at, share: (v: number) => (up ? rank(known, v) : 1 - rank(known, v)) };
  }, [contour, x, y]);

  const margins = (left: number) => ({ left, right: 14, top: 8, bottom: 44 });
  const base = (frame: Frame) => {
    const { c, palette } = frame;
    const left = y_axis_width(c, y) + 18;
    const area = area_of(frame, margins(left));
    const columns = Math.ceil(area.width / kCells);
    const rows = Math.ceil(area.height / kCells);
    const level = new Int8Array(columns * rows);
    for (let row = 0; row < rows; ++row) {
      for (let column = 0; column < columns; ++column) {
        const value = field.at((column + 0.5) / columns, 1 - (row + 0.5) / rows);
        const share = value === null ? 0 : field.share(value);
        level[row * columns + column] = Math.min(kLevels - 1, Math.floor(share * kLevels));
      }
    }
    // Runs of one level in a row are one rectangle; the edge between two levels is the contour.
    for (let row = 0; row < rows; ++row) {
      let begin = 0;
      for (let column = 1; column <= columns; ++column) {
        if (column < columns && level[row * columns + column] === level[row * columns + begin]) continue;
        c.fillStyle = shades[shade_index((level[row * columns + begin]! + 0.5) / kLevels)]!;
        c.fillRect(area.left + begin * kCells, area.top + row * kCells, Math.min((column - begin) * kCells, area.width - begin * kCells), Math.min(kCells, area.height - row * kCells));
        begin = column;
      }
    }
    draw_axis_texts(frame, area);
    const xs = new Float32Array(points.length);
    const ys = new Float32Array(points.length);
    const radius = points.length > 2000 ? 0.9 : points.length > 300 ? 2 : 3.2;
    points.forEach((trial, i) => {
      const px = x.to(trial.tuned[props.x.name] ?? "");
      const py = y.to(trial.tuned[props.y.name] ?? "");
      if (px === null || py === null) {
        xs[i] = ys[i] = NaN;
        return;
      }
      const jitter = (range: Range, turn: number) => (range.kind === "Categorical" ? ((trial.number * turn) % 1 - 0.5) * (0.5 / range.values.length) : 0);
      xs[i] = to_x(area, px + jitter(props.x, 0.618));
      ys[i] = to_y(area, py + jitter(props.y, 0.755));
      // Thousands of points must not hide what they lie on.
      c.globalAlpha = is_shown(props, trial) ? (points.length > 2000 ? 0.35 : 0.9) : 0.15;
      if (points.length <= 2000) {
        c.beginPath();
        c.arc(xs[i]!, ys[i]!, radius + 1, 0, 2 * Math.PI);
        c.fillStyle = palette.surface;
        c.fill();
      }
      draw_mark(c, outcome(trial), xs[i]!, ys[i]!, radius, { ...palette, completed: palette.text });
    });
    c.globalAlpha = 1;
    spots.current = { xs, ys, left };
  };
  const draw_axis_texts = (frame: Frame, area: ReturnType<typeof area_of>) => {
    const { c, palette } = frame;
    draw_y_axis({ ...frame, palette: { ...palette, grid: "rgba(0,0,0,0)" } }, area, y);
    draw_x_axis(frame, area, x, props.x.name);
    c.save();
    c.translate(11, area.top + area.height / 2);
    c.rotate(-Math.PI / 2);
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.fillStyle = palette.muted;
    c.fillText(props.y.name, 0, 0);
    c.restore();
  };
  const overlay = (frame: Frame) => {
    const ring = (trial: Trial | null | undefined, color: string) => {
      const i = trial ? points.findIndex((t) => t.number === trial.number) : -1;
      if (i < 0) return;
      const { c, palette } = frame;
      for (const [width, shade] of [[4.5, palette.surface], [2.2, color]] as const) {
        c.strokeStyle = shade;
        c.lineWidth = width;
        c.beginPath();
        c.arc(spots.current.xs[i]!, spots.current.ys[i]!, 7, 0, 2 * Math.PI);
        c.stroke();
      }
    };
    ring(best, frame.palette.accent);
    ring(hover?.trial, frame.palette.text);
    ring(selected, frame.palette.selected);
  };
  const predicted = (at: Pointer): string => {
    const area = area_of(at, margins(spots.current.left));
    const px = (at.x - area.left) / area.width;
    const py = 1 - (at.y - area.top) / area.height;
    if (px < 0 || px > 1 || py < 0 || py > 1) return "";
    return format_number(field.at(px, py));
  };
  const here = hover ? predicted(hover.at) : "";
  return (
    <>
      <CanvasChart
        label={`Predicted ${job.objective.metric} over ${props.x.name} and ${props.y.name}`}
        height={kHeight}
        base={base}
        base_deps={[points, field, shades, props.shown]}
        overlay={overlay}
        overlay_deps={[best, selected, hover?.trial]}
        on_move={(at) => {
          const i = at ? nearest(spots.current.xs, spots.current.ys, at.x, at.y, 12) : -1;
          set_hover(at && { trial: points[i] ?? null, at });
        }}
        on_down={() => hover?.trial && props.on_select(hover.trial)}
        class={hover?.trial ? "pointing" : ""}
      >
        {hover?.trial && (
          <TrialTip
            trial={hover.trial}
            metric={job.objective.metric}
            x={hover.at.x}
            y={hover.at.y - 20}
            width={hover.at.width}
            extra={here === "" ? [] : [["predicted here", here]]}
          />
        )}
      </CanvasChart>
      <div class="shades" aria-hidden="true">
        <span>{format_number(job.objective.direction === "Maximize" ? field.low : field.high)}</span>
        <span class="shades-bar" />
        <span>{format_number(job.objective.direction === "Maximize" ? field.high : field.low)}</span>
        {here !== "" && <span class="shades-here">predicted here {here}</span>}
      </div>
    </>
  );
}
