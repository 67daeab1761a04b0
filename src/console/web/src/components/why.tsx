// SPDX-License-Identifier: Apache-2.0
import type { Trial, TuningJob } from "../lib/api";
import { format_deviation, format_number } from "../lib/format";
import { has_objective } from "../lib/trials";

const kSteps: Record<string, string> = {
  "initial design": "One of the first trials: it covers the space evenly, before there is a model.",
  random: "Drawn at random.",
  grid: "The next point of the grid.",
  "best of a parent": "One of the best configurations of a parent job, tried here.",
  "expected improvement": "The model expected the largest improvement on the best value here.",
  exploration: "The model expected next to no improvement anywhere, so this trial looks farthest from all others.",
};

/** The search engine's reason for a trial, beside what became of it. */
export function Why({ trial, job }: { trial: Trial; job: TuningJob }) {
  const why = trial.explanation;
  if (!why) return <p class="muted">The reason was not kept.</p>;
  const { mean, deviation } = why;
  const surprise =
    mean !== undefined && deviation !== undefined && deviation > 0 && has_objective(trial)
      ? (trial.objective! - mean) / deviation
      : null;
  const better = surprise !== null && surprise > 0 === (job.objective.direction === "Maximize");
  return (
    <div class="why">
      <p>{kSteps[why.step] ?? why.step}</p>
      {mean !== undefined && deviation !== undefined && (
        <p class="muted">
          Predicted{" "}
          <b title={`${mean} ± ${deviation}`}>
            {format_number(mean)} ± {format_deviation(deviation)}
          </b>
          {surprise !== null && (
            <>
              , it became <b>{format_number(trial.objective)}</b>:{" "}
              {Math.abs(surprise) < 1
                ? "as expected"
                : `${Math.abs(surprise).toFixed(1)} deviations ${better ? "better" : "worse"} than expected`}
            </>
          )}
          .
        </p>
      )}
    </div>
  );
}
