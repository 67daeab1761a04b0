// SPDX-License-Identifier: Apache-2.0
//
// The selected trial, or the best one: its value, its hyperparameters within their ranges, why it was
// suggested.
import type { Trial, TuningJob } from "../lib/api";
import { compare_href } from "../lib/compare";
import { format_duration, format_number } from "../lib/format";
import { training_job_href } from "../lib/router";
import { duration, has_objective, is_better, status_of } from "../lib/trials";
import { Card } from "./card";
import { RangeBar } from "./range_bar";
import { StatusBadge } from "./status_badge";
import { Why } from "./why";

interface Props {
  job: TuningJob;
  trials: Trial[];
  best: Trial | null;
  selected: Trial | null;
  on_select: (trial: Trial | null) => void;
}

function rank(trials: Trial[], trial: Trial, job: TuningJob): number | null {
  if (!has_objective(trial)) return null;
  return 1 + trials.filter((t) => has_objective(t) && is_better(t.objective!, trial.objective!, job.objective.direction)).length;
}

function Steps({ trials, trial, on_select }: { trials: Trial[]; trial: Trial; on_select: (trial: Trial | null) => void }) {
  const at = trials.indexOf(trial);
  const step = (by: number) => trials[at + by];
  return (
    <div class="stepper">
      <button type="button" class="button button-small" disabled={!step(-1)} onClick={() => on_select(step(-1)!)} aria-label="Previous trial" title="Previous trial (k)">
        ←
      </button>
      <button type="button" class="button button-small" disabled={!step(1)} onClick={() => on_select(step(1)!)} aria-label="Next trial" title="Next trial (j)">
        →
      </button>
      <button type="button" class="button button-small" onClick={() => on_select(null)} aria-label="Back to the best trial" title="Back to the best trial (Esc)">
        ×
      </button>
    </div>
  );
}

export function TrialCard({ job, trials, best, selected, on_select }: Props) {
  const trial = selected ?? best;
  if (!trial) {
    return (
      <Card title="Hyperparameters searched">
        <div class="ranges">
          {job.ranges.map((range) => (
            <RangeBar key={range.name} range={range} value={undefined} />
          ))}
        </div>
      </Card>
    );
  }
  const place = rank(trials, trial, job);
  return (
    <Card
      title={selected ? `Trial ${trial.number}` : `Best: trial ${trial.number}`}
      class={selected ? "card-selected" : ""}
      aside={selected ? <Steps trials={trials} trial={selected} on_select={on_select} /> : undefined}
    >
      <div class="trial-head">
        <div class="trial-value" title={trial.objective === null ? undefined : String(trial.objective)}>
          {format_number(trial.objective)}
        </div>
        <StatusBadge status={status_of(trial)} detail={trial.failure_reason || trial.secondary_status} />
        <div class="muted trial-note">
          {job.objective.metric}
          {place !== null && ` · ${place === 1 ? "best" : `rank ${place}`} of ${trials.filter(has_objective).length.toLocaleString("en")}`}
        </div>
      </div>
      {trial.failure_reason !== "" && <p class="trial-failure">{trial.failure_reason}</p>}
      <div class="ranges">
        {job.ranges.map((range) => (
          <RangeBar key={range.name} range={range} value={trial.tuned[range.name]} />
        ))}
      </div>
      <h3>Why it was tried</h3>
      <Why trial={trial} job={job} />
      <div class="card-foot">
        <a class="button button-small" href={training_job_href(job.region, trial.name)}>
          Training job and log
        </a>
        {selected && best && selected !== best && (
          <a class="button button-small" href={compare_href("job", [best, selected].map((t) => `${job.region}/${t.name}`))}>
            Compare with the best
          </a>
        )}
        {trial.ended !== null && <span class="muted">took {format_duration(duration(trial, 0))}</span>}
      </div>
    </Card>
  );
}
