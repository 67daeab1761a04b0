// SPDX-License-Identifier: Apache-2.0
//
// Training jobs that belong to no tuning job (and, when asked for, all others): to look at, and to
// choose from for a comparison.
import { useEffect, useMemo, useState } from "preact/hooks";
import { CompareButton } from "../components/compare_button";
import { type Column, DataTable } from "../components/data_table";
import { Elapsed } from "../components/elapsed";
import { Notice } from "../components/notice";
import { SearchTools } from "../components/search_tools";
import { StatusBadge } from "../components/status_badge";
import { Time } from "../components/time";
import { addresses, api, type ApiError, type TrainingJobRow } from "../lib/api";
import { job_id, kMostCompared } from "../lib/compare";
import { format_number } from "../lib/format";
import { use_title } from "../lib/hooks";
import { use_live } from "../lib/live";
import { status_of } from "../lib/trials";
import { set_query, training_job_href, use_location } from "../lib/router";

function columns_of(chosen: Set<string>, toggle: (id: string) => void): Column<TrainingJobRow>[] {
  return [
    {
      id: "compare",
      title: "Pick",
      hint: "Choose jobs to see side by side",
      cell: (job) => {
        const id = job_id(job);
        return (
          <input
            type="checkbox"
            aria-label={`Compare ${job.name}`}
            checked={chosen.has(id)}
            disabled={!chosen.has(id) && chosen.size >= kMostCompared}
            onChange={() => toggle(id)}
          />
        );
      },
    },
    { id: "name", title: "Name", cell: (job) => <a href={training_job_href(job.region, job.name)}>{job.name}</a> },
    { id: "status", title: "Status", cell: (job) => <StatusBadge status={status_of(job)} detail={job.failure_reason || job.secondary_status} /> },
    { id: "objective", title: "Objective", numeric: true, cell: (job) => format_number(job.objective) },
    { id: "duration", title: "Duration", numeric: true, cell: (job) => <Elapsed since={job.started ?? job.created} until={job.ended} /> },
    { id: "created", title: "Created", numeric: true, cell: (job) => <Time ms={job.created} /> },
  ];
}

interface Listing {
  jobs: TrainingJobRow[];
  next: string | null;
}

export function TrainingJobsView() {
  use_title("Training jobs");
  const { query } = use_location();
  const key = query.toString();
  const [listing, set_listing] = useState<Listing | null>(null);
  const [problem, set_problem] = useState("");
  const [chosen, set_chosen] = useState<Set<string>>(new Set());
  const load = (after = "") => {
    const wanted = new URLSearchParams(key);
    if (after !== "") wanted.set("after", after);
    api.training_jobs(wanted).then(
      (answer) => {
        set_problem("");
        set_listing((now) => ({ jobs: after === "" ? answer.training_jobs : [...(now?.jobs ?? []), ...answer.training_jobs], next: answer.next }));
      },
      (error: ApiError) => set_problem(error.message),
    );
  };
  useEffect(() => load(), [key]);
  // Training jobs ring the list of jobs, too.
  use_live(addresses.tuning_jobs_events, { hello: () => load(), jobs: () => load() });

  const jobs = listing?.jobs ?? [];
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    set_chosen(next);
  };
  const columns = useMemo(() => columns_of(chosen, toggle), [chosen]);
  return (
    <>
      <div class="view-head">
        <h1>Training jobs</h1>
        <div class="view-actions">
          <CompareButton kind="job" ids={[...chosen]} />
        </div>
      </div>
      {problem !== "" && <Notice title={problem} />}
      <div class="filters" role="search">
        <SearchTools text="name" hint="Search by name" />
        <label class="check">
          <input type="checkbox" checked={query.get("trials") === "1"} onChange={(e) => set_query({ trials: e.currentTarget.checked ? "1" : "" })} />
          Trials of tuning jobs, too
        </label>
      </div>
      {listing && jobs.length === 0 && (
        <div class="blank">
          <p>{key === "" ? "No training job outside tuning jobs yet." : "No training job matches."}</p>
        </div>
      )}
      {jobs.length > 0 && (
        <div class="card card-flush table-card">
          <DataTable label="Training jobs" columns={columns} rows={jobs} row_id={(job) => job.id} />
        </div>
      )}
      {listing?.next && (
        <div class="more">
          <button type="button" class="button" onClick={() => load(listing.next!)}>
            Show older jobs
          </button>
        </div>
      )}
    </>
  );
}
