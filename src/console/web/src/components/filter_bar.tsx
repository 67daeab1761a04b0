// SPDX-License-Identifier: Apache-2.0
//
// The conditions that trials are filtered by, and a way to add them by the keyboard.
import { useState } from "preact/hooks";
import type { TuningJob } from "../lib/api";
import { filter_key, filters_of, kObjective, no_filters, parse_filter, print_filter } from "../lib/filters";
import { set_query, use_location } from "../lib/router";

interface Props {
  job: TuningJob;
  shown: number;
  all: number;
}

export function FilterBar({ job, shown, all }: Props) {
  const { query } = use_location();
  const filters = filters_of(query);
  const [name, set_name] = useState(kObjective);
  const [text, set_text] = useState("");
  const range = job.ranges.find((r) => r.name === name);
  const hint = range?.kind === "Categorical" ? range.values.slice(0, 2).join(",") : range ? `${range.min}..${range.max}` : "0.7..";
  const title = (of: string) => (of === kObjective ? job.objective.metric : of);
  const add = (event: Event) => {
    event.preventDefault();
    const filter = parse_filter(name, text);
    if (!filter) return;
    set_query({ [filter_key(name)]: print_filter(filter) });
    set_text("");
  };
  const filtered = filters.length > 0 || query.has("status") || query.has("q");
  return (
    <div class="filter-bar">
      <form onSubmit={add}>
        <select aria-label="Condition on" value={name} onChange={(e) => set_name(e.currentTarget.value)}>
          <option value={kObjective}>{job.objective.metric}</option>
          {job.ranges.map((r) => (
            <option key={r.name} value={r.name}>
              {r.name}
            </option>
          ))}
        </select>
        <input
          type="text"
          aria-label={`Values of ${title(name)}, such as ${hint}`}
          placeholder={hint}
          value={text}
          onInput={(e) => set_text(e.currentTarget.value)}
        />
        <button type="submit" class="button button-small" disabled={parse_filter(name, text) === null}>
          Filter
        </button>
      </form>
      {filters.map((filter) => (
        <button
          key={filter.name}
          type="button"
          class="chip"
          onClick={() => set_query({ [filter_key(filter.name)]: "" })}
          title="Remove this condition"
        >
          {title(filter.name)} {print_filter(filter).replace("..", " … ")} <span aria-hidden="true">×</span>
        </button>
      ))}
      {filtered && (
        <span class="muted" role="status">
          {shown.toLocaleString("en")} of {all.toLocaleString("en")} trials
        </span>
      )}
      {filtered && (
        <button type="button" class="button button-small button-quiet" onClick={() => set_query(no_filters(query))}>
          Show all
        </button>
      )}
    </div>
  );
}
