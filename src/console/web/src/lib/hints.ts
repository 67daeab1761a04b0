// SPDX-License-Identifier: Apache-2.0
//
// What a person may try next, read off the trials and the model. Pure.
import type { Model, Range, Trial, TuningJob } from "./api";
import { format_parameter } from "./format";
import { parameter_scale } from "./scale";
import { has_objective, is_better } from "./trials";

export interface Hint {
  text: string;
  /** The range that it advises. */
  range?: Range;
}

const kTop = 5;
const kEdge = 0.03; // of a range's length
const kLittle = 0.01; // share of the variation
const kWorthwhile = 0.05; // of the distance from the best trial to the median one

/** The best trials, best first. */
function top(trials: Trial[], job: TuningJob): Trial[] {
  const known = trials.filter(has_objective);
  known.sort((a, b) => (is_better(a.objective!, b.objective!, job.objective.direction) ? -1 : 1));
  return known.slice(0, kTop);
}

/** Half as long again at one end, as the search sees the range; null where the algorithm allows no more. */
function widened(range: Range, low: boolean): Range | null {
  const end = Number(parameter_scale(range).from(low ? -0.5 : 1.5));
  const outside = (value: number) => (low ? value < Number(range.min) : value > Number(range.max));
  const short = Number(end.toPrecision(2));
  const rounded = range.kind === "Integer" ? Math.round(end) : outside(short) ? short : end;
  const bounds = [range.allowed_min ?? (Number(range.min) >= 0 ? "0" : "-Infinity"), range.allowed_max ?? "Infinity"].map(Number);
  const value = Math.min(bounds[1]!, Math.max(bounds[0]!, rounded));
  return outside(value) ? { ...range, [low ? "min" : "max"]: String(value) } : null;
}

function at_edges(trials: Trial[], job: TuningJob, ignored: string[]): Hint[] {
  const best = top(trials, job);
  if (best.length < kTop) return [];
  const hints: Hint[] = [];
  for (const range of job.ranges) {
    if (range.kind === "Categorical" || ignored.includes(range.name)) continue;
    const scale = parameter_scale(range);
    const places = best.map((t) => scale.to(t.tuned[range.name] ?? "") ?? 0.5);
    for (const low of [true, false]) {
      const near = places.filter((p) => (low ? p <= kEdge : p >= 1 - kEdge)).length;
      const wider = near * 2 > best.length ? widened(range, low) : null;
      if (!wider) continue;
      hints.push({
        text:
          `${near} of the ${best.length} best trials stand at the ${low ? "lower" : "upper"} end of ${range.name}: ` +
          `a wider range may hold better ones, as ${format_parameter(wider.min)} to ${format_parameter(wider.max)}.`,
        range: wider,
      });
    }
  }
  return hints;
}

/** Hyperparameters that explain next to nothing, alone or in pairs. */
function without_effect(model: Model, job: TuningJob): string[] {
  return job.ranges
    .map((range) => range.name)
    .filter((name) => {
      const share = model.importance.filter((row) => row.parameters.includes(name)).reduce((sum, row) => sum + (row.share ?? 0), 0);
      return share < kLittle;
    });
}

function fix_them(names: string[], job: TuningJob): Hint[] {
  if (names.length === 0 || names.length === job.ranges.length) return [];
  const text = `${names.join(", ")}: hardly ${names.length > 1 ? "matter" : "matters"} here; fixing ${names.length > 1 ? "them" : "it"} leaves more trials for the rest.`;
  return [{ text }];
}

function going_on({ convergence }: Model, job: TuningJob): Hint[] {
  if (!convergence) return [];
  const left = Number(convergence.expected_improvement.toPrecision(2)).toLocaleString("en", { maximumSignificantDigits: 2 });
  // The threshold is a hundredth of that distance.
  const share = convergence.expected_improvement / (100 * convergence.threshold);
  const kept = share < 1 ? `${Number((100 * share).toPrecision(2))} %` : `${Number(share.toPrecision(2))} times`;
  const text = convergence.converged
    ? `The model expects no more than ${left} of ${job.objective.metric} from a further trial: the search has converged.`
    : `The model expects up to ${left} of ${job.objective.metric} from a further trial, ${kept} of what the best has over the ` +
      `median one: ${share < kWorthwhile ? "little is left to gain" : "going on is worth it"}.`;
  return [{ text }];
}

export function hints_for(trials: Trial[], job: TuningJob, model: Model | null): Hint[] {
  const little = model ? without_effect(model, job) : [];
  return [...(model ? going_on(model, job) : []), ...at_edges(trials, job, little), ...fix_them(little, job)];
}
