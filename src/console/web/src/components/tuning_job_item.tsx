// SPDX-License-Identifier: Apache-2.0
import { api, is_live, type TuningJobRow } from "../lib/api";
import { format_duration, format_number } from "../lib/format";
import { tuning_job_href } from "../lib/router";
import { ConfirmedButton } from "./confirmed_button";
import { DeleteTuningJob } from "./delete_tuning_job";
import { notable_trials, TrialProgress } from "./progress";
import { Sparkline } from "./sparkline";
import { StatusBadge } from "./status_badge";
import { Time } from "./time";

interface Props {
  job: TuningJobRow;
  now: number;
  chosen: boolean; // for a comparison
  on_choose: (() => void) | null; // null: no more can be chosen
}

/** A tuning job in the list. */
export function TuningJobItem({ job, now, chosen, on_choose }: Props) {
  const metric = job.objective.metric;
  const best = job.best?.value ?? null;
  return (
    <li class="job">
      <div class="job-name">
        <label class="job-pick" title="Choose jobs to see side by side">
          <input type="checkbox" aria-label={`Compare ${job.name}`} checked={chosen} disabled={on_choose === null} onChange={() => on_choose?.()} />
        </label>
        <a href={tuning_job_href(job.region, job.name)}>{job.name}</a>
        <span class="muted">
          {job.strategy} · {job.region}
        </span>
      </div>
      <div class="job-status">
        <StatusBadge status={job.status} detail={job.failure_reason || undefined} />
      </div>
      <div class="job-best">
        <b title={best === null ? undefined : String(best)}>{format_number(best)}</b>
        <span class="muted">
          {metric} {job.objective.direction === "Maximize" ? "↑" : "↓"}
        </span>
      </div>
      <div class="job-spark">
        <Sparkline values={job.best_so_far} label={`Best ${metric} over the trials`} />
      </div>
      <div class="job-trials">
        <TrialProgress trials={job.trials} />
        <span class="muted">{notable_trials(job.trials)}</span>
      </div>
      <div class="job-duration">{format_duration((job.ended ?? (is_live(job.status) ? now : job.modified)) - job.created)}</div>
      <div class="job-created">
        <Time ms={job.created} />
      </div>
      <div class="job-actions">
        {job.status === "InProgress" && (
          <ConfirmedButton small label="Stop" title={`Stop ${job.name}?`} action="Stop the job" act={() => api.stop(job.region, job.name)}>
            Trials that run now are stopped, no further ones begin. Finished trials and the best one stay. This can't be
            undone.
          </ConfirmedButton>
        )}
        {job.ended !== null && <DeleteTuningJob job={job} small />}
      </div>
    </li>
  );
}
