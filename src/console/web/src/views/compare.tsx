// SPDX-License-Identifier: Apache-2.0
//
// Training jobs side by side: what differs in their hyperparameters, their figures, their curves. The
// address names them: ?job=region/name&job=…
import { useEffect, useMemo, useState } from "preact/hooks";
import { Card } from "../components/card";
import { compared_metrics, ComparedMetric } from "../components/compared_metric";
import { Notice } from "../components/notice";
import { StatusBadge } from "../components/status_badge";
import { api, type ApiError, type TrainingJob } from "../lib/api";
import { format_duration, format_number, format_parameter } from "../lib/format";
import { use_title } from "../lib/hooks";
import { kRoot, navigate, training_job_href, use_location } from "../lib/router";
import { duration, status_of } from "../lib/trials";

const kMost = 8;

export function CompareView() {
  use_title("Compare");
  const { query } = use_location();
  const wanted = [...new Set(query.getAll("job"))].slice(0, kMost);
  const [jobs, set_jobs] = useState<TrainingJob[] | null>(null);
  const [problem, set_problem] = useState("");
  useEffect(() => {
    Promise.all(
      wanted.map((id) => {
        const slash = id.indexOf("/");
        return api.training_job(id.slice(0, slash), id.slice(slash + 1));
      }),
    ).then(set_jobs, (error: ApiError) => set_problem(error.message));
  }, [wanted.join("\n")]);
  const metrics = useMemo(() => compared_metrics(jobs ?? []), [jobs]);
  const without = (job: TrainingJob) => {
    const rest = wanted.filter((id) => id !== `${job.region}/${job.name}`);
    navigate(`${kRoot}compare?${rest.map((id) => `job=${encodeURIComponent(id)}`).join("&")}`);
  };
  if (problem !== "") return <Notice title={problem} />;
  if (jobs === null) return <div class="loading" aria-busy="true" />;
  return (
    <>
      <div class="view-head">
        <h1>Compare {jobs.length} training jobs</h1>
      </div>
      <Card title="Side by side" note="Rows in which the jobs differ are marked." flush>
        <Table jobs={jobs} on_remove={jobs.length > 1 ? without : null} />
      </Card>
      {metrics.length > 0 && (
        <Card title="Metrics">
          <div class="metrics">
            {metrics.map((metric) => (
              <ComparedMetric key={metric.name} metric={metric} />
            ))}
          </div>
        </Card>
      )}
    </>
  );
}

interface Row {
  name: string;
  kind: string;
  cells: { text: string; exact: string }[];
}

function rows_of(jobs: TrainingJob[]): Row[] {
  const row = (kind: string, name: string, cell: (job: TrainingJob) => { text: string; exact: string }): Row => ({
    kind,
    name,
    cells: jobs.map(cell),
  });
  const plain = (text: string) => ({ text, exact: text });
  const metrics = [...new Set(jobs.flatMap((job) => job.final_metrics.map((m) => m.name)))];
  const parameters = [...new Set(jobs.flatMap((job) => Object.keys(job.hyperparameters)))].sort();
  return [
    ...metrics.map((name) =>
      row("Final metrics", name, (job) => {
        const value = job.final_metrics.find((m) => m.name === name)?.value;
        return { text: format_number(value), exact: String(value ?? "") };
      }),
    ),
    ...parameters.map((name) =>
      row("Hyperparameters", name, (job) => {
        const value = job.hyperparameters[name];
        return { text: format_parameter(value), exact: value ?? "" };
      }),
    ),
    row("Run", "Duration", (job) => plain(job.ended === null ? "–" : format_duration(duration(job, 0)))),
    row("Run", "Instance", (job) => plain(`${job.training.instance_count} × ${job.training.instance_type}`)),
    row("Run", "Image", (job) => plain(job.training.image || job.training.algorithm)),
  ];
}

function Table({ jobs, on_remove }: { jobs: TrainingJob[]; on_remove: ((job: TrainingJob) => void) | null }) {
  const rows = rows_of(jobs);
  let kind = "";
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label="Side by side">
      <table class="table compare">
        <thead>
          <tr>
            <td class="plain-head" />
            {jobs.map((job, i) => (
              <th key={job.name} class="plain-head" scope="col">
                <span class={`swatch swatch-${i}`} aria-hidden="true" />
                <a href={training_job_href(job.region, job.name)}>{job.trial === null ? job.name : `Trial ${job.trial}`}</a>{" "}
                <StatusBadge status={status_of(job)} />
                {on_remove && (
                  <button type="button" class="button button-small button-quiet" aria-label={`Leave out ${job.name}`} onClick={() => on_remove(job)}>
                    ×
                  </button>
                )}
                {job.tuning_job && <div class="muted compare-of">{job.tuning_job.name}</div>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const differs = new Set(row.cells.map((cell) => cell.exact)).size > 1;
            const first = row.kind !== kind;
            kind = row.kind;
            return [
              first && (
                <tr key={row.kind} class="compare-kind">
                  <th colSpan={jobs.length + 1} scope="colgroup">
                    {row.kind}
                  </th>
                </tr>
              ),
              <tr key={`${row.kind} ${row.name}`} class={differs ? "differs" : ""}>
                <th scope="row" class="compare-name">
                  {row.name}
                </th>
                {row.cells.map((cell, i) => (
                  <td key={i} title={cell.exact}>
                    {cell.text}
                  </td>
                ))}
              </tr>,
            ];
          })}
        </tbody>
      </table>
    </div>
  );
}
