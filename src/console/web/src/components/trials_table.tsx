// SPDX-License-Identifier: Apache-2.0
import { useMemo, useState } from "preact/hooks";
import { addresses, is_live, type Trial, type TuningJob } from "../lib/api";
import { compare_href, kMostCompared } from "../lib/compare";
import { format_number, format_parameter } from "../lib/format";
import { set_query, training_job_href, use_location } from "../lib/router";
import { duration, has_objective, status_of } from "../lib/trials";
import { Card } from "./card";
import { ColumnChooser } from "./column_chooser";
import { type Column, DataTable, type Sort } from "./data_table";
import { Elapsed } from "./elapsed";
import { SearchTools } from "./search_tools";
import { StatusBadge } from "./status_badge";
import { Time } from "./time";

interface Props {
  job: TuningJob;
  trials: Trial[]; // those that pass the filters
  all: number;
  best: Trial | null;
  selected: Trial | null;
}

interface Chosen {
  names: Set<string>;
  toggle: (name: string) => void;
}

const kStatuses = ["InProgress", "Completed", "StoppedEarly", "Stopped", "Failed"];

function number_or_text(text: string | undefined): number | string | null {
  if (text === undefined) return null;
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : text;
}

function columns_of(job: TuningJob, best_number: number | null, chosen: Chosen): Column<Trial>[] {
  return [
    {
      id: "compare",
      title: "Pick",
      hint: "Choose trials to see side by side",
      key: (t) => (chosen.names.has(t.name) ? 0 : 1),
      cell: (t) => (
        <input
          type="checkbox"
          aria-label={`Compare trial ${t.number}`}
          checked={chosen.names.has(t.name)}
          disabled={!chosen.names.has(t.name) && chosen.names.size >= kMostCompared}
          onChange={() => chosen.toggle(t.name)}
        />
      ),
    },
    {
      id: "trial",
      title: "Trial",
      numeric: true,
      key: (t) => t.number,
      cell: (t) => (
        <a href={training_job_href(job.region, t.name)} title={t.name}>
          {t.number === best_number && (
            <span class="best-mark" role="img" aria-label="best">
              ★
            </span>
          )}
          {t.number}
        </a>
      ),
    },
    {
      id: "status",
      title: "Status",
      key: status_of,
      cell: (t) => <StatusBadge status={status_of(t)} detail={t.failure_reason || t.secondary_status} />,
    },
    {
      id: "objective",
      title: job.objective.metric,
      numeric: true,
      key: (t) => (has_objective(t) ? t.objective : null),
      cell: (t) => <span title={t.objective === null ? undefined : String(t.objective)}>{format_number(t.objective)}</span>,
    },
    ...job.ranges.map(
      (range): Column<Trial> => ({
        id: `p.${range.name}`,
        title: range.name,
        numeric: range.kind !== "Categorical",
        key: (t) => number_or_text(t.tuned[range.name]),
        cell: (t) => <span title={t.tuned[range.name]}>{format_parameter(t.tuned[range.name])}</span>,
      }),
    ),
    {
      id: "predicted",
      title: "Predicted",
      numeric: true,
      hint: "What the model expected before the trial ran",
      key: (t) => t.explanation?.mean ?? null,
      cell: (t) => format_number(t.explanation?.mean),
    },
    {
      id: "duration",
      title: "Duration",
      numeric: true,
      key: (t) => duration(t, Infinity),
      cell: (t) => <Elapsed since={t.started ?? t.created} until={t.ended} />,
    },
    { id: "created", title: "Created", numeric: true, key: (t) => t.created, cell: (t) => <Time ms={t.created} /> },
    { id: "reason", title: "Failure", key: (t) => t.failure_reason || null, cell: (t) => <span class="clipped" title={t.failure_reason}>{t.failure_reason}</span> },
  ];
}

/** The trials; order, columns and filters stand in the address. */
export function TrialsTable({ job, trials, all, best, selected }: Props) {
  const { query } = use_location();
  const [chosen, set_chosen] = useState<Set<string>>(new Set());
  const toggle = (name: string) =>
    set_chosen((now) => {
      const next = new Set(now);
      if (!next.delete(name)) next.add(name);
      return next;
    });
  const failures = trials.some((t) => t.failure_reason !== "");
  const columns = useMemo(
    () => columns_of(job, best?.number ?? null, { names: chosen, toggle }).filter((c) => c.id !== "reason" || failures),
    [job.id, job.region, job.ranges, best?.number, failures, chosen],
  );
  const hidden = new Set((query.get("hide") ?? "").split(",").filter((id) => id !== ""));
  const shown = columns.filter((c) => !hidden.has(c.id));
  const text = query.get("sort") ?? "-trial";
  const sort: Sort = { column: text.replace(/^-/, ""), descending: text.startsWith("-") };
  return (
    <Card
      title="Trials"
      aside={
        <div class="table-tools">
          <SearchTools text="q" hint="Name or failure" label="Search names and failures" statuses={kStatuses} />
          <ColumnChooser
            columns={columns.filter((c) => c.id !== "trial")}
            hidden={hidden}
            on_change={(next) => set_query({ hide: [...next].join(",") })}
          />
          {chosen.size > 1 && (
            <a class="button button-small" href={compare_href("job", [...chosen].map((name) => `${job.region}/${name}`))}>
              Compare {chosen.size}
            </a>
          )}
          <a class="button button-small" href={addresses.trials_file(job.region, job.name, "csv")} download>
            Download CSV
          </a>
          <a class="button button-small" href={addresses.trials_file(job.region, job.name, "parquet")} aria-label="Download Parquet" download>
            Parquet
          </a>
        </div>
      }
      flush
    >
      {trials.length === 0 ? (
        <p class="empty-line">{all > 0 ? "No trial passes these conditions." : is_live(job.status) ? "None yet." : "None."}</p>
      ) : (
        <DataTable
          label="Trials"
          columns={shown}
          rows={trials}
          row_id={(t) => t.number}
          row_class={(t) => (t.number === selected?.number ? "row-selected" : t.number === best?.number ? "row-best" : "")}
          sort={sort}
          on_sort={(next) => set_query({ sort: (next.descending ? "-" : "") + next.column })}
        />
      )}
    </Card>
  );
}
