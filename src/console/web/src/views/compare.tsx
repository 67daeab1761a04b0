// SPDX-License-Identifier: Apache-2.0
//
// Training jobs side by side: what differs in their hyperparameters, their figures, their curves. The
// address names them: ?job=region/name&job=…
import { useEffect, useMemo, useState } from "preact/hooks";
import { Card } from "../components/card";
import { compared_metrics, ComparedMetric } from "../components/compared_metric";
import { Notice } from "../components/notice";
import { type Cell, plain, type Row, SideBySide } from "../components/side_by_side";
import { api, type ApiError, type TrainingJob } from "../lib/api";
import { compare_href, compared_ids, job_id, split_id } from "../lib/compare";
import { format_duration, format_number, format_parameter } from "../lib/format";
import { use_title } from "../lib/hooks";
import { navigate, training_job_href, use_location } from "../lib/router";
import { duration, status_of } from "../lib/trials";

export function CompareView() {
  use_title("Compare");
  const { query } = use_location();
  const wanted = compared_ids(query, "job");
  const [jobs, set_jobs] = useState<TrainingJob[] | null>(null);
  const [problem, set_problem] = useState("");
  useEffect(() => {
    Promise.all(wanted.map((id) => api.training_job(...split_id(id)))).then(set_jobs, (error: ApiError) => set_problem(error.message));
  }, [wanted.join("\n")]);
  const metrics = useMemo(() => compared_metrics(jobs ?? []), [jobs]);
  if (problem !== "") return <Notice title={problem} />;
  if (jobs === null) return <div class="loading" aria-busy="true" />;
  return (
    <>
      <div class="view-head">
        <h1>Compare {jobs.length} training jobs</h1>
      </div>
      <SideBySide
        columns={jobs.map((job) => ({
          id: job_id(job),
          name: job.name,
          title: job.trial === null ? job.name : `Trial ${job.trial}`,
          href: training_job_href(job.region, job.name),
          status: status_of(job),
          note: job.tuning_job?.name,
        }))}
        rows={rows_of(jobs)}
        on_remove={(id) => navigate(compare_href("job", wanted.filter((one) => one !== id)))}
      />
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

function rows_of(jobs: TrainingJob[]): Row[] {
  const row = (kind: string, name: string, cell: (job: TrainingJob) => Cell): Row => ({
    kind,
    name,
    cells: jobs.map(cell),
  });
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
