// SPDX-License-Identifier: Apache-2.0
//
// What a person may try next, read off the trials and the model. Pure.
import type { Model, Trial, TuningJob } from "./api";
import { format_parameter } from "./format";
import { parameter_scale } from "./scale";
import { has_objective, is_better } from "./trials";

const kTop = 5;
const kEdge = 0.03; // of a range's length
const kLittle = 0.01; // share of the variation

/** The best trials, best first. */
function top(trials: Trial[], job: TuningJob): Trial[] {
  const known = trials.filter(has_objective);
  known.sort((a, b) => (is_better(a.objective!, b.objective!, job.objective.direction) ? -1 : 1));
  return known.slice(0, kTop);
}

function at_edges(trials: Trial[], job: TuningJob, ignored: string[]): string[] {
  const best = top(trials, job);
  if (best.length < kTop) return [];
  const hints: string[] = [];
  for (const range of job.ranges) {
    if (range.kind === "Categorical" || ignored.includes(range.name)) continue;
    const scale = parameter_scale(range);
    const places = best.map((t) => scale.to(t.tuned[range.name] ?? "") ?? 0.5);
    for (const low of [true, false]) {
      const near = places.filter((p) => (low ? p <= kEdge : p >= 1 - kEdge)).length;
      if (near * 2 <= best.length) continue;
      hints.push(
        `${near} of the ${best.length} best trials stand at the ${low ? "lower" : "upper"} end of ${range.name} ` +
          `(${format_parameter(low ? range.min : range.max)}): a wider range may hold better ones.`,
      );
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

function fix_them(names: string[], job: TuningJob): string[] {
  if (names.length === 0 || names.length === job.ranges.length) return [];
  return [`${names.join(", ")}: hardly ${names.length > 1 ? "matter" : "matters"} here; fixing ${names.length > 1 ? "them" : "it"} leaves more trials for the rest.`];
}

function going_on({ convergence }: Model, job: TuningJob): string[] {
  if (!convergence) return [];
  const left = Number(convergence.expected_improvement.toPrecision(2)).toLocaleString("en", { maximumSignificantDigits: 2 });
  return [
    convergence.converged
      ? `The model expects no more than ${left} of ${job.objective.metric} from a further trial: the search has converged.`
      : `The model expects up to ${left} of ${job.objective.metric} from a further trial: going on is still worth it.`,
  ];
}

export function hints_for(trials: Trial[], job: TuningJob, model: Model | null): string[] {
  const little = model ? without_effect(model, job) : [];
  return [...(model ? going_on(model, job) : []), ...at_edges(trials, job, little), ...fix_them(little, job)];
}
