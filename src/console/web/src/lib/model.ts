// SPDX-License-Identifier: Apache-2.0
//
// What belongs to a tuning job and is asked for by itself. What the search engine's model says is asked again
// when further trials have ended, never more often than every two seconds.
import { useEffect, useRef, useState } from "preact/hooks";
import { api, type ApiError, type TuningJob } from "./api";

const kPause = 2000;

export interface Answer<T> {
  value: T | null;
  problem: ApiError | null;
}

/**
 * `ask` is called at once for another `topic`, and after a pause for another `version` of the same; for an
 * empty version not at all. The last answer stays until the next one is here.
 */
export function use_answer<T>(topic: string, version: string, ask: () => Promise<T>): Answer<T> {
  const [answer, set_answer] = useState<Answer<T>>({ value: null, problem: null });
  const latest = useRef({ topic, ask });
  latest.current = { topic, ask };
  const asked = useRef({ topic: "", at: 0 });
  useEffect(() => {
    if (version === "") return undefined;
    const wait = asked.current.topic === topic ? Math.max(0, asked.current.at + kPause - Date.now()) : 0;
    const timer = window.setTimeout(() => {
      asked.current = { topic, at: Date.now() };
      // An answer to an older version is better than none: the next one follows.
      const take = (next: Answer<T>) => latest.current.topic === topic && set_answer(next);
      latest.current.ask().then(
        (value) => take({ value, problem: null }),
        (problem: ApiError) => take({ value: null, problem }),
      );
    }, wait);
    return () => window.clearTimeout(timer);
  }, [topic, version]);
  return answer;
}

/** The request that created the job. */
export function use_request(job: TuningJob): Answer<Record<string, unknown>> {
  return use_answer(`request ${job.id}`, "once", () => api.request(job.region, job.name));
}
