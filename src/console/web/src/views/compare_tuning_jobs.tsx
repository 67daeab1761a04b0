// SPDX-License-Identifier: Apache-2.0
//
// Tuning jobs side by side, live: how fast they found what, and what was asked of them. The address
// names them, ?tuning-job=region/name&tuning-job=…, and what the curves go along.
import { useMemo } from "preact/hooks";
import { BestComparison, type ComparedCurve } from "../components/best_comparison";
import { Card } from "../components/card";
import { LiveMark } from "../components/live_mark";
import { Notice } from "../components/notice";
import { SideBySide } from "../components/side_by_side";
import { tuning_rows } from "../components/tuning_rows";
import { is_live } from "../lib/api";
import { type Along, best_curve } from "../lib/best_curve";
import { choose_href, compare_href, compared_ids } from "../lib/compare";
import { type ComparedTuningJob, use_compared_tuning_jobs } from "../lib/compared_tuning_jobs";
import { use_now, use_title } from "../lib/hooks";
import { kRoot, navigate, set_query, tuning_job_href, use_location } from "../lib/router";

/** The curves that have an objective, and so a scale, in common. */
function groups_of(jobs: ComparedTuningJob[]): [string, ComparedCurve[]][] {
  const groups = new Map<string, ComparedCurve[]>();
  jobs.forEach(({ id, job, trials }, place) => {
    const { metric, direction } = job.objective;
    const key = `${metric}, ${direction === "Maximize" ? "higher is better" : "lower is better"}`;
    const line = { place, id, label: job.name, curve: best_curve(job, trials) };
    groups.set(key, [...(groups.get(key) ?? []), line]);
  });
  return [...groups];
}

export function CompareTuningJobsView() {
  use_title("Compare");
  const { query } = use_location();
  const ids = compared_ids(query, "tuning-job");
  const along: Along = query.get("along") === "time" ? "time" : "trials";
  const { jobs, problems, loading, live } = use_compared_tuning_jobs(ids);
  const running = jobs.some(({ job }) => is_live(job.status));
  const now = use_now(running);
  const groups = useMemo(() => groups_of(jobs), [jobs]);
  if (loading) return <div class="loading" aria-busy="true" />;
  return (
    <>
      <nav class="crumbs" aria-label="Breadcrumb">
        <a href={kRoot}>Tuning jobs</a>
      </nav>
      <div class="view-head">
        <h1>
          Compare {jobs.length} tuning job{jobs.length === 1 ? "" : "s"}
        </h1>
        {running && <LiveMark state={live} />}
        <div class="view-actions">
          <a class="button" href={choose_href(ids)}>
            Choose others
          </a>
        </div>
      </div>
      {problems.map((problem) => (
        <Notice key={problem} title={problem} />
      ))}
      {groups.length > 1 && (
        <Notice title="These jobs have different objectives" hint>
          Each has a chart of its own, and their best values don't compare: {groups.map(([key]) => key).join("; ")}.
        </Notice>
      )}
      {jobs.length > 0 && (
        <>
          <Card title="Best so far" note="The best value of the trials that had ended by then." aside={<AlongSwitch along={along} />}>
            <div class="compare-curves">
              {groups.map(([key, lines]) => (
                <BestComparison key={key} objective={jobs[lines[0]!.place]!.job.objective} lines={lines} along={along} />
              ))}
            </div>
          </Card>
          <SideBySide
            columns={jobs.map(({ id, job }) => ({
              id,
              name: job.name,
              title: job.name,
              href: tuning_job_href(job.region, job.name),
              status: job.status,
              note: job.region,
            }))}
            rows={tuning_rows(jobs, now)}
            on_remove={(id) => navigate(compare_href("tuning-job", ids.filter((one) => one !== id)))}
          />
        </>
      )}
    </>
  );
}

function AlongSwitch({ along }: { along: Along }) {
  const choice = (value: Along, title: string) => (
    <button type="button" aria-pressed={along === value} onClick={() => set_query({ along: value === "time" ? "time" : "" })}>
      {title}
    </button>
  );
  return (
    <div class="switch" role="group" aria-label="Along">
      {choice("trials", "By trials")}
      {choice("time", "By time")}
    </div>
  );
}
