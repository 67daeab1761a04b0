// SPDX-License-Identifier: Apache-2.0
//
// A training job, live: what happened, its metrics, its hyperparameters, its log.
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Card } from "../components/card";
import { ConfirmedButton } from "../components/confirmed_button";
import { KeyValues } from "../components/key_values";
import { LiveMark } from "../components/live_mark";
import { LogCard } from "../components/log_card";
import { group_metrics, MetricChart } from "../components/metric_chart";
import { Notice } from "../components/notice";
import { Resources } from "../components/resources";
import { StatusBadge } from "../components/status_badge";
import { Tile } from "../components/tile";
import { Time } from "../components/time";
import { Transitions } from "../components/transitions";
import { addresses, api, type ApiError, is_live, type LogChunk, type TrainingJob } from "../lib/api";
import { format_duration, format_number, format_parameter, status_word } from "../lib/format";
import { use_now, use_title } from "../lib/hooks";
import { use_live } from "../lib/live";
import { kRoot, s3_href, tuning_job_href } from "../lib/router";
import { type LogLine, use_training_log } from "../lib/training_log";
import { duration, status_of } from "../lib/trials";
import { NotFound } from "./not_found";

interface Props {
  region: string;
  name: string;
}

export function TrainingJobView({ region, name }: Props) {
  use_title(name);
  const [job, set_job] = useState<TrainingJob | null>(null);
  const [problem, set_problem] = useState<ApiError | null>(null);
  const { log, load: load_log, take: take_log, load_earlier } = use_training_log(region, name);
  const load = () => {
    api.training_job(region, name).then(
      (answer) => {
        set_job(answer);
        set_problem(null);
      },
      (error: ApiError) => set_problem(error),
    );
    load_log();
  };
  useEffect(load, [region, name]);
  const running = job !== null && is_live(job.status);
  const live = use_live(running ? addresses.training_job_events(region, name) : "", {
    hello: load,
    job: (data) => set_job(data as TrainingJob),
    log: (data) => take_log(data as LogChunk),
  });
  const now = use_now(running, 500);
  const groups = useMemo(
    () => (job ? group_metrics(job.metrics, job.tuning_job?.metric ?? null) : []),
    [job?.metrics, job?.tuning_job?.metric],
  );

  if (problem?.status === 404) return <NotFound what={`There is no training job ${name} in ${region}.`} />;
  if (!job) return problem ? <Notice title={problem.message} /> : <div class="loading" aria-busy="true" />;
  return (
    <>
      <nav class="crumbs" aria-label="Breadcrumb">
        {job.tuning_job ? <a href={kRoot}>Tuning jobs</a> : <a href={`${kRoot}training-jobs`}>Training jobs</a>}
        {job.tuning_job && (
          <a href={`${tuning_job_href(region, job.tuning_job.name)}?trial=${job.trial}`}>{job.tuning_job.name}</a>
        )}
      </nav>
      <div class="view-head">
        <h1 class="name">
          {job.trial !== null && <span class="muted">Trial {job.trial}</span>} {job.name}
        </h1>
        <StatusBadge status={status_of(job)} detail={job.secondary_status} />
        {running && <LiveMark state={live} />}
        <div class="view-actions">
          {job.status === "InProgress" && (
            <ConfirmedButton
              label="Stop"
              title="Stop this training job?"
              action="Stop the job"
              act={() => api.stop_training_job(region, name)}
            >
              The algorithm is asked to end and has two minutes to do so. This can't be undone.
            </ConfirmedButton>
          )}
          <Artifact job={job} />
        </div>
      </div>
      {job.status === "Failed" && <Failure reason={job.failure_reason} lines={log.lines.slice(-8)} />}
      <Figures job={job} now={now} />
      <Card title="What happened">
        <Transitions job={job} now={now} />
      </Card>
      {groups.length > 0 && (
        <Card title="Metrics">
          <div class="metrics">
            {groups.map((group) => (
              <MetricChart key={group.title} group={group} />
            ))}
          </div>
        </Card>
      )}
      {job.resources.length > 0 && <Resources job={job} />}
      <div class="columns columns-even">
        <Hyperparameters job={job} />
        <Details job={job} />
      </div>
      <LogCard region={region} name={name} log={log} on_earlier={load_earlier} />
    </>
  );
}

function Failure({ reason, lines }: { reason: string; lines: LogLine[] }) {
  return (
    <Notice title="This training job failed">
      <p>{reason || "No reason was given."}</p>
      {lines.length > 0 && (
        <>
          <p class="notice-label">The last lines of its log</p>
          <pre tabIndex={0}>{lines.map((line) => line.text).join("\n")}</pre>
        </>
      )}
    </Notice>
  );
}

/** The model: where it stands among the data, and the file itself. */
function Artifact({ job }: { job: TrainingJob }) {
  const found = /^s3:\/\/([^/]+)\/(.+)$/.exec(job.model ?? "");
  if (!found) return null;
  return (
    <a class="button" href={addresses.object(found[1]!, found[2]!)} download>
      Download model
    </a>
  );
}

function S3Link({ uri }: { uri: string | null }) {
  const href = s3_href(uri);
  return href === null ? <>{uri}</> : <a href={href}>{uri}</a>;
}

function Figures({ job, now }: { job: TrainingJob; now: number }) {
  const shown = job.final_metrics.filter((m) => m.name !== job.tuning_job?.metric).slice(0, 3);
  return (
    <div class="tiles">
      {job.tuning_job && (
        <Tile label={job.tuning_job.metric} note="objective">
          <span class="accent" title={job.objective === null ? undefined : String(job.objective)}>
            {format_number(job.objective)}
          </span>
        </Tile>
      )}
      {shown.map((metric) => (
        <Tile key={metric.name} label={metric.name} note="at the end">
          <span title={String(metric.value)}>{format_number(metric.value)}</span>
        </Tile>
      ))}
      <Tile label="Duration" note={job.ended === null ? status_word(job.secondary_status) : <Ended ms={job.ended} />}>
        {format_duration(duration(job, now))}
      </Tile>
    </div>
  );
}

function Ended({ ms }: { ms: number }) {
  return (
    <>
      ended <Time ms={ms} />
    </>
  );
}

function Hyperparameters({ job }: { job: TrainingJob }) {
  const names = Object.keys(job.hyperparameters);
  const tuned = names.filter((name) => name in job.tuned);
  const fixed = names.filter((name) => !(name in job.tuned)).sort();
  const value = (name: string) => (
    <span class="number" title={job.hyperparameters[name]}>
      {format_parameter(job.hyperparameters[name])}
    </span>
  );
  return (
    <Card title="Hyperparameters">
      {tuned.length > 0 && <h3 class="first">Tuned</h3>}
      <KeyValues rows={tuned.map((name) => [name, value(name)])} />
      {tuned.length > 0 && fixed.length > 0 && <h3>Fixed</h3>}
      <KeyValues rows={fixed.map((name) => [name, value(name)])} />
      {names.length === 0 && <p class="muted">None were given.</p>}
    </Card>
  );
}

function Details({ job }: { job: TrainingJob }) {
  const { training } = job;
  return (
    <Card title="Details">
      <KeyValues
        rows={[
          ["Model", job.model && <S3Link uri={job.model} />],
          ["Algorithm", training.algorithm],
          ["Image", training.image],
          ["Instances", `${training.instance_count} × ${training.instance_type}`],
          ...training.channels.map((c): [string, ComponentChildren] => [`Channel ${c.name}`, <S3Link uri={c.uri} />]),
          ["Attempt", job.attempt > 1 ? String(job.attempt) : null],
          ["Region", job.region],
          ["Created", <Time ms={job.created} />],
          ["Started", job.started && <Time ms={job.started} />],
          ["Ended", job.ended && <Time ms={job.ended} />],
        ]}
      />
    </Card>
  );
}
