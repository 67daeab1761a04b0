// SPDX-License-Identifier: Apache-2.0
//
// A tuning job with its trials and learning curves, kept up to date by server-sent events.
import { useEffect, useRef, useState } from "preact/hooks";
import type { Curve } from "../charts/learning_curves";
import { addresses, api, type ApiError, type CurveRow, type Trial, type TuningJob } from "./api";
import { use_frame } from "./hooks";
import { type LiveState, use_live } from "./live";

export interface TuningJobState {
  job: TuningJob | null;
  trials: Trial[]; // by number
  curves: Map<number, Curve>;
  curves_version: number; // changes with what is in `curves`
  problem: ApiError | null;
  live: LiveState;
}

// "hello" comes at once and the state is read then; a browser that has no connection left for it waits this long.
const kPatience = 500;

/** Adds points that are newer than those that are there. */
function extend(curves: Map<number, Curve>, rows: CurveRow[]): void {
  for (const row of rows) {
    const known = curves.get(row.trial);
    if (!known) {
      curves.set(row.trial, { steps: row.steps, values: row.values });
      continue;
    }
    const last = known.steps[known.steps.length - 1] ?? -Infinity;
    row.steps.forEach((step, i) => {
      if (step <= last) return;
      known.steps.push(step);
      known.values.push(row.values[i] ?? null);
    });
  }
}

export function use_tuning_job(region: string, name: string): TuningJobState {
  const [job, set_job] = useState<TuningJob | null>(null);
  const [trials, set_trials] = useState<Trial[]>([]);
  const [problem, set_problem] = useState<ApiError | null>(null);
  const [version, set_version] = useState(0);
  const by_number = useRef(new Map<number, Trial>());
  const curves = useRef(new Map<number, Curve>());
  const first = useRef(0);
  const reloading = useRef(0);
  const show = use_frame(() => set_trials([...by_number.current.values()].sort((a, b) => a.number - b.number)));
  const show_curves = use_frame(() => set_version((v) => v + 1));

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
    api.curves(region, name).then(
      (answer) => {
        // What came live meanwhile goes behind.
        const newer = [...curves.current].map(([trial, curve]) => ({ trial, ...curve }));
        curves.current = new Map();
        extend(curves.current, answer.curves);
        extend(curves.current, newer);
        show_curves();
      },
      () => {}, // the job's own answer tells what is wrong
    );
  };
  useEffect(() => {
    first.current = window.setTimeout(load, kPatience);
    return () => {
      window.clearTimeout(first.current);
      window.clearTimeout(reloading.current);
    };
  }, [region, name]);

  const live = use_live(problem?.status === 404 ? "" : addresses.tuning_job_events(region, name), {
    hello: () => {
      window.clearTimeout(first.current);
      load();
    },
    trials: (data) => take((data as { trials: Trial[] }).trials),
    curves: (data) => {
      extend(curves.current, (data as { curves: CurveRow[] }).curves);
      show_curves();
    },
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
  return { job, trials, curves: curves.current, curves_version: version, problem, live };
}
