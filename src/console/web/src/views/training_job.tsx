// SPDX-License-Identifier: Apache-2.0
//
// A training job, live: what happened, its metrics, its hyperparameters, its log.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Card } from "../components/card";
import { KeyValues } from "../components/key_values";
import { LiveMark } from "../components/live_mark";
import { type LogLine, LogView } from "../components/log_view";
import { group_metrics, MetricChart } from "../components/metric_chart";
import { Notice } from "../components/notice";
import { StatusBadge } from "../components/status_badge";
import { Tile } from "../components/tile";
import { Time } from "../components/time";
import { Transitions } from "../components/transitions";
import { addresses, api, type ApiError, is_live, type LogChunk, type TrainingJob } from "../lib/api";
import { format_bytes, format_duration, format_number, format_parameter, status_word } from "../lib/format";
import { use_now, use_title } from "../lib/hooks";
import { use_live } from "../lib/live";
import { kRoot, tuning_job_href } from "../lib/router";
import { duration } from "../lib/trials";
import { NotFound } from "./not_found";

interface Props {
  region: string;
  name: string;
}

const kTail = 128 * 1024;
const kMaxLines = 5000;

interface Log {
  lines: LogLine[];
  begins_late: boolean;
  size: number;
}

/** The end of a job's log; `take` adds what the server pushes. */
function use_log({ region, name }: Props) {
  const [log, set_log] = useState<Log>({ lines: [], begins_late: false, size: 0 });
  const next = useRef(-1); // the byte up to which the log is here; -1: nothing is
  const count = useRef(0);

  const append = (chunk: LogChunk, anew: boolean) => {
    next.current = chunk.next;
    const lines = chunk.lines.map(([time, text]) => ({ key: count.current++, time, text }));
    set_log((now) => {
      const all = anew ? lines : [...now.lines, ...lines];
      return {
        lines: all.slice(-kMaxLines),
        begins_late: (anew ? chunk.from > 0 : now.begins_late) || all.length > kMaxLines,
        size: chunk.size,
      };
    });
  };
  const load = () => {
    const from = next.current < 0 ? -kTail : next.current;
    api.log(region, name, from).then(
      (chunk) => {
        if (from < 0 && next.current < 0) append(chunk, true);
        else if (chunk.from === next.current) append(chunk, false);
      },
      () => {}, // the job's own answer tells what is wrong
    );
  };
  const take = (chunk: LogChunk) => {
    if (chunk.next <= next.current) return;
    if (chunk.from === next.current) append(chunk, false);
    else load();
  };
  return { log, load, take };
}

export function TrainingJobView({ region, name }: Props) {
  use_title(name);
  const [job, set_job] = useState<TrainingJob | null>(null);
  const [problem, set_problem] = useState<ApiError | null>(null);
  const { log, load: load_log, take: take_log } = use_log({ region, name });
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
        <a href={kRoot}>Tuning jobs</a>
        {job.tuning_job && <a href={tuning_job_href(region, job.tuning_job.name)}>{job.tuning_job.name}</a>}
      </nav>
      <div class="view-head">
        <h1 class="name">
          {job.trial !== null && <span class="muted">Trial {job.trial}</span>} {job.name}
        </h1>
        <StatusBadge status={job.status} detail={job.secondary_status} />
        {running && <LiveMark state={live} />}
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
      <div class="columns columns-even">
        <Hyperparameters job={job} />
        <Details job={job} />
      </div>
      <Card title="Log" aside={<span class="muted">{format_bytes(log.size)}</span>} flush>
        <LogView lines={log.lines} begins_late={log.begins_late} />
      </Card>
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
          ["Model", job.model],
          ["Algorithm", training.algorithm],
          ["Image", training.image],
          ["Instances", `${training.instance_count} × ${training.instance_type}`],
          ...training.channels.map((c): [string, string] => [`Channel ${c.name}`, c.uri]),
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
