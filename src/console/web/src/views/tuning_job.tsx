// SPDX-License-Identifier: Apache-2.0
//
// A tuning job, live: how it is going, which trial is best, all trials, what was asked for.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { BestChart } from "../components/best_chart";
import { BestLegend } from "../components/best_legend";
import { Card } from "../components/card";
import { Confirm } from "../components/confirm";
import { LiveMark } from "../components/live_mark";
import { Notice } from "../components/notice";
import { TrialProgress } from "../components/progress";
import { RangeBar } from "../components/range_bar";
import { StatusBadge } from "../components/status_badge";
import { Tile } from "../components/tile";
import { Time } from "../components/time";
import { TrialsTable } from "../components/trials_table";
import { TuningConfiguration } from "../components/tuning_configuration";
import { addresses, api, type ApiError, is_live, type Trial, type TuningJob } from "../lib/api";
import { format_duration, format_number } from "../lib/format";
import { use_frame, use_now, use_title } from "../lib/hooks";
import { type LiveState, use_live } from "../lib/live";
import { kRoot, navigate, training_job_href } from "../lib/router";
import { best_trial } from "../lib/trials";
import { NotFound } from "./not_found";

interface Props {
  region: string;
  name: string;
}

/** The job and its trials, kept up to date. */
function use_tuning_job({ region, name }: Props) {
  const [job, set_job] = useState<TuningJob | null>(null);
  const [trials, set_trials] = useState<Trial[]>([]);
  const [problem, set_problem] = useState<ApiError | null>(null);
  const by_number = useRef(new Map<number, Trial>());
  const reloading = useRef(0);
  const show = use_frame(() => set_trials([...by_number.current.values()].sort((a, b) => a.number - b.number)));

  const take = (rows: Trial[]) => {
    for (const row of rows) {
      const known = by_number.current.get(row.number);
      if (!known || known.modified <= row.modified) by_number.current.set(row.number, row);
    }
    show();
  };
  const load = () => {
    Promise.all([api.tuning_job(region, name), api.trials(region, name)]).then(
      ([new_job, answer]) => {
        set_job(new_job);
        take(answer.trials);
        set_problem(null);
      },
      (error: ApiError) => set_problem(error),
    );
  };
  useEffect(() => {
    load();
    return () => window.clearTimeout(reloading.current);
  }, [region, name]);

  const live = use_live(addresses.tuning_job_events(region, name), {
    hello: load,
    trials: (data) => take((data as { trials: Trial[] }).trials),
    job: (data) => {
      const row = data as TuningJob;
      set_job(row);
      // Should a change have been missed (the server's clock was set back), the counters tell.
      const rows = [...by_number.current.values()];
      const running = rows.filter((t) => t.ended === null).length;
      if (rows.length !== row.trials.created || running !== row.trials.running) {
        window.clearTimeout(reloading.current);
        reloading.current = window.setTimeout(load, 1000);
      }
    },
    deleted: load,
  });
  return { job, trials, problem, live };
}

export function TuningJobView({ region, name }: Props) {
  use_title(name);
  const { job, trials, problem, live } = use_tuning_job({ region, name });
  const running = job !== null && is_live(job.status);
  const now = use_now(running);
  const best = useMemo(() => (job ? best_trial(trials, job.objective.direction) : null), [trials, job?.id]);

  if (problem?.status === 404) return <NotFound what={`There is no tuning job ${name} in ${region}.`} />;
  if (!job) return problem ? <Notice title={problem.message} /> : <div class="loading" aria-busy="true" />;
  return (
    <>
      <Head job={job} live={live} />
      {job.failure_reason !== "" && <Notice title="This job failed">{job.failure_reason}</Notice>}
      {problem && <Notice title={problem.message} />}
      <Figures job={job} best={best} now={now} />
      <div class="columns">
        <Card title="Best so far" aside={<BestLegend />}>
          {trials.length === 0 ? (
            <p class="empty-line">The first trial is on its way.</p>
          ) : (
            <BestChart
              trials={trials}
              direction={job.objective.direction}
              metric={job.objective.metric}
              max_trials={job.trials.max}
              target={job.limits.target_objective}
              on_select={(trial) => navigate(training_job_href(region, trial.name))}
            />
          )}
        </Card>
        <BestParameters job={job} best={best} />
      </div>
      <TrialsTable job={job} trials={trials} best={best} now={now} />
      <TuningConfiguration job={job} />
    </>
  );
}

function Head({ job, live }: { job: TuningJob; live: LiveState }) {
  return (
    <>
      <nav class="crumbs" aria-label="Breadcrumb">
        <a href={kRoot}>Tuning jobs</a>
      </nav>
      <div class="view-head">
        <h1 class="name">{job.name}</h1>
        <StatusBadge status={job.status} />
        {is_live(job.status) && <LiveMark state={live} />}
        <div class="view-actions">
          <a class="button" href={addresses.trials_csv(job.region, job.name)} download>
            Download CSV
          </a>
          {job.status === "InProgress" && <StopButton job={job} />}
        </div>
      </div>
    </>
  );
}

function StopButton({ job }: { job: TuningJob }) {
  const [asking, set_asking] = useState(false);
  const [problem, set_problem] = useState("");
  const stop = () => {
    set_asking(false);
    api.stop(job.region, job.name).catch((error: ApiError) => set_problem(error.message));
  };
  return (
    <>
      <button type="button" class="button" onClick={() => set_asking(true)}>
        Stop
      </button>
      {problem !== "" && <span class="problem">{problem}</span>}
      {asking && (
        <Confirm title="Stop this tuning job?" action="Stop the job" on_confirm={stop} on_cancel={() => set_asking(false)}>
          Trials that run now are stopped, no further ones begin. Finished trials and the best one stay. This can't be
          undone.
        </Confirm>
      )}
    </>
  );
}

function Figures({ job, best, now }: { job: TuningJob; best: Trial | null; now: number }) {
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
              trial <a href={training_job_href(job.region, best.name)}>{best.number}</a>,{" "}
              {job.objective.direction === "Maximize" ? "higher is better" : "lower is better"}
            </>
          ) : (
            "no trial has finished yet"
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
      <Tile label="Search" note={`${job.ranges.length} hyperparameter${job.ranges.length === 1 ? "" : "s"}, ${job.limits.max_parallel} at a time`}>
        {job.strategy}
      </Tile>
    </div>
  );
}

function trial_note(job: TuningJob): string {
  const { running, failed, stopped } = job.trials;
  const parts = [
    running > 0 ? `${running} running` : "",
    failed > 0 ? `${failed} failed` : "",
    stopped > 0 ? `${stopped} stopped` : "",
  ].filter((part) => part !== "");
  return parts.length > 0 ? parts.join(", ") : "none failed";
}

function BestParameters({ job, best }: { job: TuningJob; best: Trial | null }) {
  return (
    <Card title={best ? "Best hyperparameters" : "Hyperparameters searched"}>
      <div class="ranges">
        {job.ranges.map((range) => (
          <RangeBar key={range.name} range={range} value={best?.tuned[range.name]} />
        ))}
      </div>
    </Card>
  );
}
