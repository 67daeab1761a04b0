// SPDX-License-Identifier: Apache-2.0
//
// The best value so far over the trials, each trial as a point.
import { useMemo, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import type { Direction, Trial } from "../lib/api";
import { format_number, format_parameter, status_word } from "../lib/format";
import { best_so_far, best_trial, has_objective, outcome, robust_range } from "../lib/trials";
import { axes, Chart } from "./chart";
import { draw_beyond, draw_mark, type Palette } from "./trial_marks";

interface Props {
  trials: Trial[]; // by number
  direction: Direction;
  metric: string;
  max_trials: number;
  target: number | null;
  on_select: (trial: Trial) => void;
}

interface Tip {
  trial: Trial;
  left: number;
  top: number;
}

/** The last number that the axis shows: all that is there and some room to come. */
function horizon(created: number, max_trials: number): number {
  return Math.max(created, Math.min(max_trials, Math.max(20, Math.ceil(created * 1.3))), 2);
}

export function BestChart({ trials, direction, metric, max_trials, target, on_select }: Props) {
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
  const now = useRef({ trials, direction, max_trials, target, on_select });
  now.current = { trials, direction, max_trials, target, on_select };

  const options = (palette: Palette) => chart_options(palette, () => now.current, set_tip);
  const best = best_trial(trials, direction);
  const label = best
    ? `Best ${metric} over ${trials.length} trials: ${format_number(best.objective)} at trial ${best.number}`
    : `No trial has a value of ${metric} yet`;

  return (
    <div class="best-chart" onMouseLeave={() => set_tip(null)}>
      <Chart label={label} height={320} data={data} options={options} shape={direction} />
      {tip && <TrialTip tip={tip} metric={metric} />}
    </div>
  );
}

function TrialTip({ tip, metric }: { tip: Tip; metric: string }) {
  const { trial } = tip;
  const parameters = Object.entries(trial.tuned);
  return (
    <div class="tip" style={{ left: `${tip.left}px`, top: `${tip.top}px` }}>
      <div class="tip-title">
        Trial {trial.number} <span class="muted">{status_word(trial.status)}</span>
      </div>
      <div class="tip-row">
        <span>{metric}</span>
        <b>{format_number(trial.objective)}</b>
      </div>
      {parameters.slice(0, 8).map(([name, value]) => (
        <div class="tip-row" key={name}>
          <span>{name}</span>
          <b>{format_parameter(value)}</b>
        </div>
      ))}
    </div>
  );
}

type Current = Omit<Props, "metric">;

function chart_options(palette: Palette, current: () => Current, set_tip: (tip: Tip | null) => void) {
  const y_range = (): [number, number] => {
    const { trials, direction, target } = current();
    const values = trials.filter(has_objective).map((t) => t.objective!);
    let [low, high] = robust_range(values);
    const best = best_trial(trials, direction)?.objective;
    for (const value of [best, target]) {
      if (value === null || value === undefined) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    const pad = (high - low) * 0.08;
    return [low - pad * 1.6, high + pad];
  };

  const draw = (u: uPlot) => {
    const { trials, direction, target } = current();
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
      if (has_objective(trial)) {
        const y = u.valToPos(trial.objective!, "y", true);
        if (y > bottom) draw_beyond(c, true, x, bottom - radius * 1.5, radius, palette.completed);
        else if (y < top) draw_beyond(c, false, x, top + radius * 1.5, radius, palette.completed);
        else draw_mark(c, what, x, y, radius, palette);
      } else if (what === "running" || what === "failed" || what === "stopped") {
        draw_mark(c, what, x, bottom - radius * 1.5, radius, palette);
      }
    }
    if (best) {
      const x = u.valToPos(best.number, "x", true);
      const y = u.valToPos(best.objective!, "y", true);
      c.strokeStyle = palette.accent;
      c.lineWidth = 2 * ratio;
      c.beginPath();
      c.arc(x, y, 7.5 * ratio, 0, 2 * Math.PI);
      c.stroke();
    }
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
    const right_half = x > u.width / 2;
    set_tip({ trial, left: right_half ? x - 232 : x + 14, top: u.over.offsetTop + 8 });
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
      draw: [draw],
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
