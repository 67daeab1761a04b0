// SPDX-License-Identifier: Apache-2.0
//
// The request of a search that goes on from a job that has ended: it knows its trials (a warm start) and
// searches the ranges that are advised. Pure.
import type { Range, TuningJob } from "./api";

type Request = Record<string, unknown>;
interface RangeRequest {
  Name: string;
  MinValue?: string;
  MaxValue?: string;
}

/** Whether the service can go on from this job. */
export function can_go_on(job: TuningJob): boolean {
  return job.ended !== null && job.definitions.length === 1 && ["Bayesian", "Random"].includes(job.strategy);
}

export function next_request(request: Request, job: TuningJob, advised: Range[]): Request {
  const next = structuredClone(request) as Request & {
    HyperParameterTuningJobConfig?: { ParameterRanges?: Record<string, RangeRequest[]> };
  };
  for (const range of Object.values(next.HyperParameterTuningJobConfig?.ParameterRanges ?? {}).flat()) {
    const searched = job.ranges.find((r) => r.name === range.Name);
    for (const { min, max } of advised.filter((r) => r.name === range.Name)) {
      if (min !== searched?.min) range.MinValue = min;
      if (max !== searched?.max) range.MaxValue = max;
    }
  }
  next.WarmStartConfig = {
    ParentHyperParameterTuningJobs: [{ HyperParameterTuningJobName: job.name }],
    WarmStartType: "IdenticalDataAndAlgorithm",
  };
  return next;
}
