// SPDX-License-Identifier: Apache-2.0
//
// One hyperparameter against the objective: trials as points, and what the model predicts along it
// with two standard deviations to either side.
import { useMemo, useRef, useState } from "preact/hooks";
import { draw_mark } from "../components/trial_marks";
import type { ModelResponse, Range, Trial } from "../lib/api";
import { parameter_scale, type Scale } from "../lib/scale";
import { has_objective, outcome } from "../lib/trials";
import { CanvasChart, type Frame, type Pointer } from "./canvas_chart";
import { is_shown, nearest, type TrialScene } from "./common";
import { area_of, draw_x_axis, draw_y_axis, to_x, to_y } from "./plot_area";
import { TrialTip } from "./trial_tip";

interface Props extends TrialScene {
  range: Range;
  y: Scale;
  y_room: number; // width of the objective's numbers
  response: ModelResponse | null;
}

const kHeight = 210;

/** Categories get a little spread by trial number, so that points don't hide each other. */
function spread(range: Range, trial: Trial): number {
  if (range.kind !== "Categorical") return 0;
  return (((trial.number * 0.618) % 1) - 0.5) * (0.5 / range.values.length);
}

export function Slice(props: Props) {
  const { range, y, trials, best, selected, response, job } = props;
  const [hover, set_hover] = useState<{ trial: Trial; at: Pointer } | null>(null);
  const x = useMemo(() => parameter_scale(range), [range]);
  const margins = { left: props.y_room, right: 10, top: 8, bottom: 28 };
  const points = useMemo(() => trials.filter(has_objective), [trials]);
  const spots = useRef({ xs: new Float32Array(0), ys: new Float32Array(0) });

  const base = (frame: Frame) => {
    const { c, palette } = frame;
    const area = area_of(frame, margins);
    draw_y_axis(frame, area, y, 4);
    draw_x_axis(frame, area, x);
    c.save();
    c.beginPath();
    c.rect(area.left - 6, area.top - 6, area.width + 12, area.height + 12);
    c.clip();
    if (response) draw_response(frame, area, x, y, range, response);
    const radius = points.length > 2000 ? 1.3 : points.length > 300 ? 2 : 3;
    const xs = new Float32Array(points.length);
    const ys = new Float32Array(points.length);
    points.forEach((trial, i) => {
      const at = x.to(trial.tuned[range.name] ?? "");
      const up = y.to(trial.objective!);
      xs[i] = at === null ? NaN : to_x(area, at + spread(range, trial));
      ys[i] = up === null ? NaN : to_y(area, Math.min(1.03, Math.max(-0.03, up)));
      if (Number.isNaN(xs[i]!) || Number.isNaN(ys[i]!)) return;
      c.globalAlpha = is_shown(props, trial) ? (points.length > 2000 ? 0.5 : 0.85) : 0.12;
      draw_mark(c, outcome(trial), xs[i]!, ys[i]!, radius, palette);
    });
    c.globalAlpha = 1;
    spots.current = { xs, ys };
    c.restore();
  };
  const overlay = (frame: Frame) => {
    const ring = (trial: Trial | null | undefined, color: string) => {
      const i = trial ? points.findIndex((t) => t.number === trial.number) : -1;
      if (i < 0) return;
      const { c } = frame;
      c.strokeStyle = color;
      c.lineWidth = 2;
      c.beginPath();
      c.arc(spots.current.xs[i]!, spots.current.ys[i]!, 6, 0, 2 * Math.PI);
      c.stroke();
    };
    ring(best, frame.palette.accent);
    ring(hover?.trial, frame.palette.text);
    ring(selected, frame.palette.selected);
  };
  return (
    <CanvasChart
      label={`${range.name} against ${job.objective.metric} over ${points.length} trials`}
      height={kHeight}
      base={base}
      base_deps={[points, y, x, props.shown, response, props.y_room]}
      overlay={overlay}
      overlay_deps={[best, selected, hover?.trial]}
      on_move={(at) => {
        const i = at ? nearest(spots.current.xs, spots.current.ys, at.x, at.y, 14) : -1;
        set_hover(i >= 0 && at ? { trial: points[i]!, at } : null);
      }}
      on_down={() => hover && props.on_select(hover.trial)}
      class={hover ? "pointing" : ""}
    >
      {hover && <TrialTip trial={hover.trial} metric={job.objective.metric} x={hover.at.x} y={hover.at.y + 14} width={hover.at.width} />}
    </CanvasChart>
  );
}

function draw_response(frame: Frame, area: ReturnType<typeof area_of>, x: Scale, y: Scale, range: Range, response: ModelResponse): void {
  const { c, palette } = frame;
  const at = (i: number) => to_x(area, x.to(response.values[i]!) ?? NaN);
  const up = (value: number | null | undefined) => to_y(area, value === null || value === undefined ? NaN : y.to(value)!);
  const count = response.values.length;
  c.fillStyle = palette.accent;
  c.strokeStyle = palette.accent;
  if (range.kind === "Categorical") {
    const half = (area.width / Math.max(1, count)) * 0.3;
    for (let i = 0; i < count; ++i) {
      c.globalAlpha = 0.13;
      c.fillRect(at(i) - half, up(response.high[i]), 2 * half, up(response.low[i]) - up(response.high[i]));
      c.globalAlpha = 0.9;
      c.fillRect(at(i) - half, up(response.mean[i]) - 1, 2 * half, 2);
    }
    c.globalAlpha = 1;
    return;
  }
  c.globalAlpha = 0.13;
  c.beginPath();
  for (let i = 0; i < count; ++i) c.lineTo(at(i), up(response.high[i]));
  for (let i = count - 1; i >= 0; --i) c.lineTo(at(i), up(response.low[i]));
  c.fill();
  c.globalAlpha = 0.9;
  c.lineWidth = 2;
  c.beginPath();
  for (let i = 0; i < count; ++i) c.lineTo(at(i), up(response.mean[i]));
  c.stroke();
  c.globalAlpha = 1;
}
