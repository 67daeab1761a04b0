// SPDX-License-Identifier: Apache-2.0
//
// A tuning job in four figures.
import { is_live, type Trial, type TuningJob } from "../lib/api";
import { format_duration, format_number } from "../lib/format";
import { use_now } from "../lib/hooks";
import { notable_trials, TrialProgress } from "./progress";
import { Tile } from "./tile";
import { Time } from "./time";

interface Props {
  job: TuningJob;
  best: Trial | null;
  on_select: (trial: Trial | null) => void;
}

function trial_note(job: TuningJob): string {
  const { running } = job.trials;
  const parts = [running > 0 ? `${running} running` : "", notable_trials(job.trials)].filter((part) => part !== "");
  return parts.length > 0 ? parts.join(", ") : "none failed";
}

export function TuningFigures({ job, best, on_select }: Props) {
  const now = use_now(is_live(job.status));
  const elapsed = (job.ended ?? now) - job.created;
  const done = job.trials.completed + job.trials.stopped + job.trials.failed;
  const left = job.trials.max - done;
  const rest = is_live(job.status) && done >= 3 && left > 0 ? (elapsed / done) * left : null;
  return (
    <div class="tiles">
      <Tile
        label={`Best ${job.objective.metric}`}
        note={
          best ? (
            <>
              <button type="button" class="link" onClick={() => on_select(best)}>
                trial {best.number}
              </button>
              , {job.objective.direction === "Maximize" ? "higher is better" : "lower is better"}
            </>
          ) : is_live(job.status) ? (
            "no trial has finished yet"
          ) : (
            "no trial has a value"
          )
        }
      >
        <span class="accent" title={best ? String(best.objective) : undefined}>
          {format_number(best?.objective)}
        </span>
      </Tile>
      <Tile label="Trials" note={trial_note(job)}>
        <TrialProgress trials={job.trials} wide />
      </Tile>
      <Tile
        label="Duration"
        note={
          rest === null ? (
            <>
              started <Time ms={job.created} />
            </>
          ) : (
            `about ${format_duration(rest)} left`
          )
        }
      >
        {format_duration(elapsed)}
      </Tile>
      <Tile
        label="Search"
        note={`${job.ranges.length} hyperparameter${job.ranges.length === 1 ? "" : "s"}, ${job.limits.max_parallel} at a time`}
      >
        {job.strategy}
      </Tile>
    </div>
  );
}
