// SPDX-License-Identifier: Apache-2.0
//
// Tuning jobs with their trials, side by side. Browsers have few connections for a server, so all
// of them are followed by the one stream of the list, which tells whose state to read again.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { addresses, api, ApiError, type Trial, type TuningJob, type TuningJobRow } from "./api";
import { split_id } from "./compare";
import { type LiveState, use_live } from "./live";

export interface ComparedTuningJob {
  id: string; // as the address has it
  job: TuningJob;
  trials: Trial[];
  request: Record<string, unknown>;
}

interface Known {
  compared: ComparedTuningJob | null;
  problem: string;
}

export interface ComparedState {
  jobs: ComparedTuningJob[];
  problems: string[];
  loading: boolean;
  live: LiveState;
}

// "hello" comes at once and the state is read then; a browser that has no connection left for it waits this long.
const kPatience = 500;
// A job is read again after a rest, which is longer for those that take long to read.
const kRest = 500;
const kRestPerWork = 9;

async function read_job(id: string, request: Record<string, unknown> | undefined): Promise<ComparedTuningJob> {
  const [region, name] = split_id(id);
  const [job, { trials }, asked] = await Promise.all([
    api.tuning_job(region, name),
    api.trials(region, name),
    request ?? api.request(region, name),
  ]);
  return { id, job, trials, request: asked };
}

/** Whether something happened that the comparison shows. */
function has_moved(row: TuningJobRow, job: TuningJob): boolean {
  const state = ({ status, trials, best }: TuningJobRow) => JSON.stringify([status, trials, best]);
  return state(row) !== state(job);
}

export function use_compared_tuning_jobs(ids: string[]): ComparedState {
  const key = ids.join("\n");
  const [known, set_known] = useState<ReadonlyMap<string, Known>>(new Map());
  const latest = useRef(known);
  latest.current = known;
  const reading = useRef(new Map<string, { again: boolean; rest: number }>());

  const put = (id: string, next: Known) => set_known((now) => new Map(now).set(id, next));
  const read = (id: string) => {
    const going = reading.current.get(id);
    if (going) {
      going.again = true;
      return;
    }
    const entry = { again: false, rest: 0 };
    reading.current.set(id, entry);
    const begin = performance.now();
    const before = latest.current.get(id)?.compared ?? null;
    read_job(id, before?.request)
      .then(
        (compared) => put(id, { compared, problem: "" }),
        (error: ApiError) => put(id, { compared: error.status === 404 ? null : before, problem: error.message }),
      )
      .then(() => {
        const rest = Math.max(kRest, kRestPerWork * (performance.now() - begin));
        entry.rest = window.setTimeout(() => {
          if (reading.current.get(id) !== entry) return; // the view has gone
          reading.current.delete(id);
          if (entry.again) read(id);
        }, rest);
      });
  };

  const first = useRef(0);
  useEffect(() => {
    first.current = window.setTimeout(() => ids.filter((id) => !latest.current.has(id)).forEach(read), kPatience);
    return () => window.clearTimeout(first.current);
  }, [key]);
  useEffect(
    () => () => {
      for (const { rest } of reading.current.values()) window.clearTimeout(rest);
      reading.current.clear();
    },
    [],
  );

  const live = use_live(addresses.tuning_jobs_events, {
    hello: () => {
      window.clearTimeout(first.current);
      ids.forEach(read);
    },
    jobs: (data) => {
      const { changed, deleted } = data as { changed: TuningJobRow[]; deleted: number[] };
      for (const id of ids) {
        const job = latest.current.get(id)?.compared?.job;
        if (!job) continue;
        const row = changed.find((one) => one.id === job.id);
        if ((row && has_moved(row, job)) || deleted.includes(job.id)) read(id);
      }
    },
  });
  const state = useMemo(() => {
    const shown = ids.map((id) => known.get(id));
    return {
      jobs: shown.flatMap((one) => one?.compared ?? []),
      problems: shown.flatMap((one) => one?.problem || []),
      loading: shown.includes(undefined),
    };
  }, [known, key]);
  return { ...state, live };
}
