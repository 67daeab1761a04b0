// SPDX-License-Identifier: Apache-2.0
//
// What the charts over a tuning job's trials share.
import type { ModelResponse, Trial, TuningJob } from "../lib/api";
import { linear_scale, type Scale } from "../lib/scale";
import { has_objective, robust_range } from "../lib/trials";

/** Which trials there are and which of them stand out. */
export interface TrialScene {
  job: TuningJob; // ranges and objective are those of the definition
  definition: number;
  trials: Trial[]; // of the definition, by number
  shown: Set<number> | null; // those that pass the filters; null: all do
  best: Trial | null;
  selected: Trial | null;
  on_select: (trial: Trial | null) => void;
}

export function is_shown(scene: { shown: Set<number> | null }, trial: Trial): boolean {
  return scene.shown === null || scene.shown.has(trial.number);
}

/** An axis over the objective that the outliers don't press flat; best and target are always on it. */
export function objective_scale(scene: { job: TuningJob; trials: Trial[]; best: Trial | null }, pad = 0.06): Scale {
  let [low, high] = robust_range(scene.trials.filter(has_objective).map((t) => t.objective!));
  for (const value of [scene.best?.objective, scene.job.limits.target_objective]) {
    if (value === null || value === undefined) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const room = (high - low) * pad;
  return linear_scale(low - room, high + room);
}

const kRoomForModel = 0.75; // times the height of the trials' own range

/** As objective_scale(), with room for what the model predicts, but not so much that the trials lie flat. */
export function response_scale(scene: { job: TuningJob; trials: Trial[]; best: Trial | null }, responses: ModelResponse[]): Scale {
  const scale = objective_scale(scene, 0);
  const [low, high] = [Number(scale.from(0)), Number(scale.from(1))];
  const means = responses.flatMap((r) => r.mean).filter((v): v is number => v !== null);
  const most = (high - low) * kRoomForModel;
  const from = Math.max(Math.min(low, ...means), low - most);
  const to = Math.min(Math.max(high, ...means), high + most);
  const pad = (to - from) * 0.06;
  return linear_scale(from - pad, to + pad);
}

/** How good a value is within the robust range: 0 the worst, 1 the best. */
export function goodness(scene: { job: TuningJob; trials: Trial[] }): (value: number) => number {
  const [low, high] = robust_range(scene.trials.filter(has_objective).map((t) => t.objective!));
  const up = scene.job.objective.direction === "Maximize";
  return (value) => {
    const share = (value - low) / (high - low || 1);
    return Math.min(1, Math.max(0, up ? share : 1 - share));
  };
}

/** The index of the point nearest to (x, y) within `reach` pixels; -1 when there is none. */
export function nearest(xs: Float32Array, ys: Float32Array, x: number, y: number, reach: number): number {
  let found = -1;
  let least = reach * reach;
  for (let i = 0; i < xs.length; ++i) {
    const d = (xs[i]! - x) ** 2 + (ys[i]! - y) ** 2;
    if (d < least) {
      least = d;
      found = i;
    }
  }
  return found;
}
