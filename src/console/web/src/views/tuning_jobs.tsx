// SPDX-License-Identifier: Apache-2.0
//
// The list of tuning jobs: how is it going, everywhere; and to choose from for a comparison. Filters and
// choice stand in the address.
import { useCallback, useEffect, useState } from "preact/hooks";
import { CompareButton } from "../components/compare_button";
import { EmptyJobs } from "../components/empty_jobs";
import { LiveMark } from "../components/live_mark";
import { Notice } from "../components/notice";
import { SearchTools } from "../components/search_tools";
import { TuningJobItem } from "../components/tuning_job_item";
import { addresses, api, type ApiError, is_live, type Session, type TuningJobRow } from "../lib/api";
import { chosen_ids, job_id, kMostCompared } from "../lib/compare";
import { use_now, use_title } from "../lib/hooks";
import { use_live } from "../lib/live";
import { set_query, use_location } from "../lib/router";

interface Listing {
  jobs: TuningJobRow[];
  next: string | null;
}

function by_creation(a: TuningJobRow, b: TuningJobRow): number {
  return b.created - a.created || b.id - a.id;
}

function matches(job: TuningJobRow, query: URLSearchParams): boolean {
  const name = (query.get("name") ?? "").toLowerCase();
  const status = query.get("status") ?? "";
  const region = query.get("region") ?? "";
  return (
    job.name.toLowerCase().includes(name) && (status === "" || job.status === status) && (region === "" || job.region === region)
  );
}

export function TuningJobsView({ session }: { session: Session }) {
  use_title("Tuning jobs");
  const { query } = use_location();
  const filters = new URLSearchParams(query);
  filters.delete("compare");
  const key = filters.toString();
  const chosen = chosen_ids(query);
  const choose = (ids: string[]) => set_query({ compare: ids.join(",") });
  const toggle = (id: string) => choose(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]);
  const [listing, set_listing] = useState<Listing | null>(null);
  const [problem, set_problem] = useState("");

  const load = useCallback(() => {
    api.tuning_jobs(new URLSearchParams(key)).then(
      (answer) => {
        set_listing({ jobs: answer.tuning_jobs, next: answer.next });
        set_problem("");
      },
      (error: ApiError) => set_problem(error.message),
    );
  }, [key]);
  useEffect(load, [load]);

  const load_more = () => {
    const more = new URLSearchParams(key);
    more.set("after", listing?.next ?? "");
    api.tuning_jobs(more).then(
      (answer) =>
        set_listing((now) => ({ jobs: merge(now?.jobs ?? [], answer.tuning_jobs, []), next: answer.next })),
      (error: ApiError) => set_problem(error.message),
    );
  };

  const live = use_live(addresses.tuning_jobs_events, {
    hello: load,
    jobs: (data) => {
      const { changed, deleted } = data as { changed: TuningJobRow[]; deleted: number[] };
      const wanted = changed.filter((job) => matches(job, query));
      const unwanted = changed.filter((job) => !matches(job, query)).map((job) => job.id);
      set_listing((now) => now && { ...now, jobs: merge(now.jobs, wanted, [...deleted, ...unwanted]) });
    },
  });

  const jobs = listing?.jobs ?? [];
  const now = use_now(jobs.some((job) => is_live(job.status)));
  const filtered = key !== "";
  return (
    <>
      <div class="view-head">
        <h1>Tuning jobs</h1>
        <LiveMark state={live} />
        {(jobs.length > 0 || chosen.length > 0) && (
          <div class="view-actions">
            {chosen.length === 1 && <span class="muted">Choose others to compare it with</span>}
            {chosen.length > 0 && (
              <button type="button" class="button button-quiet" onClick={() => choose([])}>
                Choose none
              </button>
            )}
            <CompareButton kind="tuning-job" ids={chosen} />
          </div>
        )}
      </div>
      {problem !== "" && <Notice title={problem} />}
      {(filtered || jobs.length > 0) && <Filters query={query} />}
      {listing && jobs.length === 0 && (filtered ? <NoMatch /> : <EmptyJobs session={session} />)}
      {jobs.length > 0 && (
        <ul class="jobs">
          <li class="jobs-head" aria-hidden="true">
            <span>Name</span>
            <span>Status</span>
            <span>Best value</span>
            <span>Best so far</span>
            <span>Trials</span>
            <span>Duration</span>
            <span>Created</span>
            <span />
          </li>
          {jobs.map((job) => (
            <TuningJobItem
              key={job.id}
              job={job}
              now={now}
              chosen={chosen.includes(job_id(job))}
              on_choose={chosen.length < kMostCompared || chosen.includes(job_id(job)) ? () => toggle(job_id(job)) : null}
            />
          ))}
        </ul>
      )}
      {listing?.next && (
        <div class="more">
          <button type="button" class="button" onClick={load_more}>
            Show older jobs
          </button>
        </div>
      )}
    </>
  );
}

function merge(jobs: TuningJobRow[], changed: TuningJobRow[], gone: number[]): TuningJobRow[] {
  const by_id = new Map(jobs.map((job) => [job.id, job]));
  for (const job of changed) by_id.set(job.id, job);
  for (const id of gone) by_id.delete(id);
  return [...by_id.values()].sort(by_creation);
}

function Filters({ query }: { query: URLSearchParams }) {
  const region = query.get("region") ?? "";
  return (
    <div class="filters" role="search">
      <SearchTools text="name" hint="Search by name" />
      {region !== "" && (
        <button type="button" class="button button-small" onClick={() => set_query({ region: "" })}>
          {region} ×
        </button>
      )}
    </div>
  );
}

function NoMatch() {
  return (
    <div class="blank">
      <p>No tuning job matches.</p>
      <button type="button" class="button" onClick={() => set_query({ name: "", status: "", region: "" })}>
        Show all
      </button>
    </div>
  );
}
