// SPDX-License-Identifier: Apache-2.0
//
// Which trials are looked at: conditions on the objective and on hyperparameters, kept in the
// address as "f.eta=0.1..0.3" and "f.booster=gbtree,dart". All charts and the table share them. Pure.
import type { Trial } from "./api";
import { has_objective } from "./trials";

export const kObjective = "objective";
const kPrefix = "f.";

export type Filter = { name: string; low: number; high: number } | { name: string; values: string[] };

/** "0.1..0.3", "..5", "dart,gbtree"; null when it says nothing. */
export function parse_filter(name: string, text: string): Filter | null {
  const dots = text.indexOf("..");
  if (dots >= 0) {
    const number = (part: string, absent: number) => (part.trim() === "" ? absent : Number(part));
    const low = number(text.slice(0, dots), -Infinity);
    const high = number(text.slice(dots + 2), Infinity);
    return Number.isNaN(low) || Number.isNaN(high) ? null : { name, low, high };
  }
  const values = text.split(",").map((v) => v.trim()).filter((v) => v !== "");
  return values.length === 0 ? null : { name, values };
}

export function print_filter(filter: Filter): string {
  if ("values" in filter) return filter.values.join(",");
  const number = (v: number) => (Number.isFinite(v) ? String(Number(v.toPrecision(5))) : "");
  return `${number(filter.low)}..${number(filter.high)}`;
}

export function filter_key(name: string): string {
  return kPrefix + name;
}

export function filters_of(query: URLSearchParams): Filter[] {
  const filters: Filter[] = [];
  for (const [key, text] of query) {
    if (!key.startsWith(kPrefix)) continue;
    const filter = parse_filter(key.slice(kPrefix.length), text);
    if (filter) filters.push(filter);
  }
  return filters;
}

/** Changes for set_query() that take all filters away. */
export function no_filters(query: URLSearchParams): Record<string, string> {
  const changes: Record<string, string> = {};
  for (const key of query.keys()) if (key.startsWith(kPrefix) || key === "q" || key === "status") changes[key] = "";
  return changes;
}

function passes_one(filter: Filter, trial: Trial): boolean {
  if (filter.name === kObjective) {
    if (!has_objective(trial) || "values" in filter) return false;
    return trial.objective! >= filter.low && trial.objective! <= filter.high;
  }
  const text = trial.tuned[filter.name];
  if (text === undefined) return false;
  if ("values" in filter) return filter.values.includes(text);
  const value = Number(text);
  return value >= filter.low && value <= filter.high;
}

export function passes(filters: Filter[], trial: Trial): boolean {
  return filters.every((filter) => passes_one(filter, trial));
}
