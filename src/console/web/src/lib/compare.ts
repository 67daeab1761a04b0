// SPDX-License-Identifier: Apache-2.0
//
// Comparisons by their address: /_console/compare?tuning-job=region/name&tuning-job=…, or job=… for
// training jobs; and the tuning jobs that the list has chosen for one: /_console/?compare=region/name,….
import { kRoot } from "./router";

export const kMostCompared = 8;

/** What can be compared, by its name in the address. */
export type ComparedKind = "job" | "tuning-job";

/** How addresses name a job of either kind. */
export function job_id(job: { region: string; name: string }): string {
  return `${job.region}/${job.name}`;
}

/** Region and name of a job. */
export function split_id(id: string): [string, string] {
  const slash = id.indexOf("/");
  return [id.slice(0, slash), id.slice(slash + 1)];
}

export function compare_href(kind: ComparedKind, ids: string[]): string {
  return `${kRoot}compare?${ids.map((id) => `${kind}=${encodeURIComponent(id)}`).join("&")}`;
}

export function compared_ids(query: URLSearchParams, kind: ComparedKind): string[] {
  return [...new Set(query.getAll(kind))].slice(0, kMostCompared);
}

/** The list of tuning jobs with these chosen. */
export function choose_href(ids: string[]): string {
  return `${kRoot}?compare=${ids.map(encodeURIComponent).join(",")}`;
}

export function chosen_ids(query: URLSearchParams): string[] {
  const ids = (query.get("compare") ?? "").split(",").filter((id) => id !== "");
  return [...new Set(ids)].slice(0, kMostCompared);
}
