// SPDX-License-Identifier: Apache-2.0
//
// The best value so far over the trials, each trial as a point.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { is_shown, type TrialScene } from "../charts/common";
import type { Direction, Trial } from "../lib/api";
import { format_number } from "../lib/format";
import { best_so_far, best_trial, has_objective, objective_range, outcome } from "../lib/trials";
import { TrialTip } from "../charts/trial_tip";
import { axes, Chart } from "./chart";
import { draw_beyond, draw_mark, type Palette } from "./trial_marks";

interface Tip {
  trial: Trial;
  x: number;
  y: number;
  width: number;
}

/** The last number that the axis shows: all that is there and some room to come. */
function horizon(created: number, max_trials: number): number {
  return Math.max(created, Math.min(max_trials, Math.max(20, Math.ceil(created * 1.3))), 2);
}

export function BestChart({ scene }: { scene: TrialScene }) {
  const { trials, shown, selected, on_select } = scene;
  const { direction, metric } = scene.job.objective;
  const max_trials = scene.job.trials.max;
  const target = scene.job.limits.target_objective;
  const [tip, set_tip] = useState<Tip | null>(null);
  const data = useMemo<uPlot.AlignedData>(
    () => [
      trials.map((t) => t.number),
      best_so_far(trials, direction),
      trials.map((t) => (has_objective(t) ? t.objective : null)),
    ],
    [trials, direction],
  );
  // What the chart's callbacks, made once, look at.
  const now = useRef<Current>({ trials, shown, selected, direction, max_trials, target, on_select });
  now.current = { trials, shown, selected, direction, max_trials, target, on_select };

  // The selected trial is marked beside the canvas: another selection draws nothing anew.
  const plot = useRef<uPlot | null>(null);
  const ring = useRef<HTMLDivElement>(null);
  const place_ring = () => {
    const u = plot.current;
    const mark = ring.current;
    const trial = now.current.selected;
    if (!u || !mark) return;
    mark.hidden = trial === null;
    if (trial === null) return;
    const y = has_objective(trial) ? u.valToPos(trial.objective!, "y") : u.over.clientHeight;
    mark.style.left = `${u.over.offsetLeft + u.valToPos(trial.number, "x")}px`;
    mark.style.top = `${u.over.offsetTop + Math.min(u.over.clientHeight - 5, Math.max(5, y))}px`;
  };
  useEffect(place_ring, [selected]);
  const placed = (u: uPlot) => {
    plot.current = u;
    place_ring();
  };

  const options = (palette: Palette) => chart_options(palette, () => now.current, set_tip, placed);
  const best = best_trial(trials, direction);
  const label = best
    ? `Best ${metric} over ${trials.length} trials: ${format_number(best.objective)} at trial ${best.number}`
    : `No trial has a value of ${metric}`;

  return (
    <div class="best-chart" onMouseLeave={() => set_tip(null)}>
      <Chart
        label={label}
        height={300}
        data={data}
        options={options}
        shape={direction}
        redraw={[shown]}
      />
      <div class="ring" ref={ring} hidden />
      {tip && <TrialTip trial={tip.trial} metric={metric} x={tip.x} y={tip.y} width={tip.width} />}
    </div>
  );
}

interface Current extends Pick<TrialScene, "trials" | "shown" | "selected" | "on_select"> {
  direction: Direction;
  max_trials: number;
  target: number | null;
}

function chart_options(
  palette: Palette,
  current: () => Current,
  set_tip: (tip: Tip | null) => void,
  on_drawn: (u: uPlot) => void,
) {
  const y_range = () => objective_range(current().trials, current().direction, current().target);

  const draw = (u: uPlot) => {
    const { trials, shown, direction, target } = current();
    const c = u.ctx;
    const ratio = uPlot.pxRatio;
    const { left, top, width, height } = u.bbox;
    const bottom = top + height;
    const radius = (trials.length > 2000 ? 1.6 : trials.length > 300 ? 2.4 : 3.6) * ratio;
    const best = best_trial(trials, direction);
    c.save();
    c.beginPath();
    c.rect(left - radius * 2, top - radius * 2, width + radius * 4, height + radius * 4);
    c.clip();
    if (target !== null) {
      const y = u.valToPos(target, "y", true);
      c.strokeStyle = palette.muted;
      c.lineWidth = ratio;
      c.setLineDash([5 * ratio, 4 * ratio]);
      c.beginPath();
      c.moveTo(left, y);
      c.lineTo(left + width, y);
      c.stroke();
      c.setLineDash([]);
    }
    for (const trial of trials) {
      const what = outcome(trial);
      const x = u.valToPos(trial.number, "x", true);
      c.globalAlpha = is_shown({ shown }, trial) ? 1 : 0.15;
      if (has_objective(trial)) {
        const y = u.valToPos(trial.objective!, "y", true);
        if (y > bottom) draw_beyond(c, true, x, bottom - radius * 1.5, radius, palette.completed);
        else if (y < top) draw_beyond(c, false, x, top + radius * 1.5, radius, palette.completed);
        else draw_mark(c, what, x, y, radius, palette);
      } else if (what === "running" || what === "failed" || what === "stopped" || what === "early") {
        draw_mark(c, what, x, bottom - radius * 1.5, radius, palette);
      }
    }
    c.globalAlpha = 1;
    const ring = (trial: Trial, color: string) => {
      const x = u.valToPos(trial.number, "x", true);
      const y = has_objective(trial)
        ? Math.min(bottom - radius * 1.5, Math.max(top + radius * 1.5, u.valToPos(trial.objective!, "y", true)))
        : bottom - radius * 1.5;
      c.strokeStyle = color;
      c.lineWidth = 2 * ratio;
      c.beginPath();
      c.arc(x, y, 7.5 * ratio, 0, 2 * Math.PI);
      c.stroke();
    };
    if (best) ring(best, palette.accent);
    c.restore();
  };

  const show_tip = (u: uPlot) => {
    const index = u.cursor.idx;
    const trial = index === null || index === undefined ? undefined : current().trials[index];
    if (!trial || (u.cursor.left ?? -1) < 0) {
      set_tip(null);
      return;
    }
    const x = u.valToPos(trial.number, "x") + u.over.offsetLeft;
    set_tip({ trial, x, y: u.over.offsetTop + 8, width: u.width });
  };

  return {
    padding: [12, 24, 0, 0] as [number, number, number, number],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: {
        time: false,
        range: () => [0.5, horizon(current().trials.length, current().max_trials) + 0.5] as [number, number],
      },
      y: { range: y_range },
    },
    axes: axes(palette, "Trial"),
    series: [
      {},
      {
        stroke: palette.accent,
        width: 2,
        paths: uPlot.paths.stepped!({ align: 1 }),
        points: { show: false },
        spanGaps: true,
      },
      { show: true, paths: () => null, points: { show: false } },
    ],
    hooks: {
      draw: [draw, on_drawn],
      setCursor: [show_tip],
      ready: [
        (u: uPlot) => {
          u.over.addEventListener("click", () => {
            const index = u.cursor.idx;
            const trial = index === null || index === undefined ? undefined : current().trials[index];
            if (trial) current().on_select(trial);
          });
        },
      ],
    },
  };
}
