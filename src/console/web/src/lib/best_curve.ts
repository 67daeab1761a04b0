// SPDX-License-Identifier: Apache-2.0
//
// A tuning job's best value as its trials end: over their number, and over the time. Pure.
import type { Trial, TuningJob } from "./api";
import { has_objective, is_better, robust_range } from "./trials";

export type Along = "trials" | "time";

export interface BestCurve {
  /** Where the best value changed. */
  points: { trials: number; time: number; value: number }[];
  /** Where it ends: trials that have ended, and milliseconds since the job was created. */
  trials: number;
  time: number;
}

/** Trials of the job's own objective: definitions of another one don't compare with it. */
function comparable(job: TuningJob, trials: Trial[]): Trial[] {
  const { metric, direction } = job.objective;
  const same = job.definitions.map(({ objective }) => objective.metric === metric && objective.direction === direction);
  return trials.filter((trial) => same[trial.definition]);
}

export function best_curve(job: TuningJob, all_trials: Trial[]): BestCurve {
  const ended = comparable(job, all_trials)
    .filter((trial) => trial.ended !== null)
    .sort((a, b) => a.ended! - b.ended! || a.number - b.number);
  const since = (time: number) => Math.max(0, time - job.created);
  const points: BestCurve["points"] = [];
  ended.forEach((trial, i) => {
    const best = points.at(-1)?.value;
    if (!has_objective(trial) || (best !== undefined && !is_better(trial.objective!, best, job.objective.direction))) return;
    points.push({ trials: i + 1, time: since(trial.ended!), value: trial.objective! });
  });
  return { points, trials: ended.length, time: since(job.ended ?? ended.at(-1)?.ended ?? job.created) };
}

/** The best value that was known at `x`; null before the first. */
export function value_at(curve: BestCurve, along: Along, x: number): number | null {
  let value: number | null = null;
  for (const point of curve.points) {
    if (point[along] <= x) value = point.value;
  }
  return value;
}

/** All places at which one of the curves changes or ends, then a column of values for each, null outside of it. */
export function align_curves(curves: BestCurve[], along: Along): [number[], ...(number | null)[][]] {
  const places = curves.flatMap((curve) => [...curve.points.map((point) => point[along]), curve[along]]);
  const xs = [...new Set(places)].sort((a, b) => a - b);
  return [xs, ...curves.map((curve) => xs.map((x) => (x > curve[along] ? null : value_at(curve, along, x))))];
}

/** What the axis shows: where the curves end, and what comes before without the outliers. */
export function curves_range(curves: BestCurve[]): [number, number] {
  const last = curves.flatMap((curve) => curve.points.at(-1)?.value ?? []);
  const [low, high] = robust_range(curves.flatMap((curve) => curve.points.map((point) => point.value)));
  const from = Math.min(low, ...last);
  const to = Math.max(high, ...last);
  const pad = (to - from) * 0.06;
  return [from - pad, to + pad];
}
