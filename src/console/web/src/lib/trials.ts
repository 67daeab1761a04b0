// SPDX-License-Identifier: Apache-2.0
//
// What can be derived from a tuning job's trials. Pure.
import type { Direction, Trial } from "./api";

export function has_objective(trial: Trial): boolean {
  return trial.objective !== null && trial.objective_status === "Succeeded";
}

export function is_better(a: number, b: number, direction: Direction): boolean {
  return direction === "Maximize" ? a > b : a < b;
}

/** The best trial; the earliest among equals. */
export function best_trial(trials: Trial[], direction: Direction): Trial | null {
  let best: Trial | null = null;
  for (const trial of trials) {
    if (!has_objective(trial)) continue;
    if (best === null || is_better(trial.objective!, best.objective!, direction)) best = trial;
  }
  return best;
}

/** The best objective after each trial, by number; null before the first. */
export function best_so_far(trials: Trial[], direction: Direction): (number | null)[] {
  let best: number | null = null;
  return trials.map((trial) => {
    if (has_objective(trial) && (best === null || is_better(trial.objective!, best, direction))) best = trial.objective;
    return best;
  });
}

/** What most of the failed trials failed with, and how many of them. */
export function main_failure(trials: Trial[]): { reason: string; count: number } | null {
  const counts = new Map<string, number>();
  let main: { reason: string; count: number } | null = null;
  for (const { status, failure_reason: reason } of trials) {
    if (status !== "Failed" || reason === "") continue;
    const count = (counts.get(reason) ?? 0) + 1;
    counts.set(reason, count);
    if (main === null || count > main.count) main = { reason, count };
  }
  return main;
}

/** A status, where trials that their search cut short, and those that ran out of time, have one of their own. */
export function status_of(trial: Pick<Trial, "status" | "secondary_status" | "stopped_early">): string {
  if (trial.status !== "Stopped") return trial.status;
  if (trial.stopped_early) return "StoppedEarly";
  return trial.secondary_status === "MaxRuntimeExceeded" ? "MaxRuntimeExceeded" : "Stopped";
}

/** How a trial is drawn. */
export type Outcome = "completed" | "early" | "stopped" | "failed" | "running";

export function outcome(trial: Trial): Outcome {
  if (trial.status === "Completed") return "completed";
  if (trial.status === "Stopped") return trial.stopped_early ? "early" : "stopped";
  if (trial.status === "Failed") return "failed";
  return "running";
}

/** How long it ran, or has run by `now`. */
export function duration(trial: { created: number; started: number | null; ended: number | null }, now: number): number {
  return Math.max(0, (trial.ended ?? now) - (trial.started ?? trial.created));
}

/**
 * The range that shows the values well: all of them, but those far from the rest, which would press
 * everything else flat (Tukey's fences, twice as wide as usual).
 */
export function robust_range(values: number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q: number) => sorted[Math.round(q * (sorted.length - 1))]!;
  let low = at(0);
  let high = at(1);
  if (sorted.length >= 8) {
    const reach = 3 * (at(0.75) - at(0.25));
    low = Math.max(low, at(0.25) - reach);
    high = Math.min(high, at(0.75) + reach);
  }
  if (low === high) {
    const pad = Math.abs(low) * 0.01 || 1;
    return [low - pad, high + pad];
  }
  return [low, high];
}

/** What a chart of the objective shows of its axis: the robust range, the best value and the target, and some room. */
export function objective_range(trials: Trial[], direction: Direction, target: number | null): [number, number] {
  let [low, high] = robust_range(trials.filter(has_objective).map((t) => t.objective!));
  const best = best_trial(trials, direction)?.objective;
  for (const value of [best, target]) {
    if (value === null || value === undefined) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const pad = (high - low) * 0.08;
  return [low - pad * 1.6, high + pad];
}
