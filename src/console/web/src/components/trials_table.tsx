// SPDX-License-Identifier: Apache-2.0
import { useMemo } from "preact/hooks";
import type { Trial, TuningJob } from "../lib/api";
import { format_duration, format_number, format_parameter } from "../lib/format";
import { set_query, training_job_href, use_location } from "../lib/router";
import { duration, has_objective } from "../lib/trials";
import { Card } from "./card";
import { type Column, DataTable, type Sort } from "./data_table";
import { StatusBadge } from "./status_badge";
import { Time } from "./time";

interface Props {
  job: TuningJob;
  trials: Trial[];
  best: Trial | null;
  now: number;
}

function number_or_text(text: string | undefined): number | string | null {
  if (text === undefined) return null;
  const value = Number(text);
  return text.trim() !== "" && Number.isFinite(value) ? value : text;
}

function columns_of(job: TuningJob, best_number: number | null, now: number): Column<Trial>[] {
  return [
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
      key: (t) => t.status,
      cell: (t) => <StatusBadge status={t.status} detail={t.failure_reason || t.secondary_status} />,
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
      id: "duration",
      title: "Duration",
      numeric: true,
      key: (t) => duration(t, now),
      cell: (t) => format_duration(duration(t, now)),
    },
    { id: "created", title: "Created", numeric: true, key: (t) => t.created, cell: (t) => <Time ms={t.created} /> },
  ];
}

/** All trials; how they are sorted stands in the address. */
export function TrialsTable({ job, trials, best, now }: Props) {
  const { query } = use_location();
  const columns = useMemo(() => columns_of(job, best?.number ?? null, now), [job.id, job.region, best?.number, now]);
  const text = query.get("sort") ?? "-trial";
  const sort: Sort = { column: text.replace(/^-/, ""), descending: text.startsWith("-") };
  const on_sort = (next: Sort) => set_query({ sort: (next.descending ? "-" : "") + next.column });
  return (
    <Card title="Trials" aside={<span class="muted">{trials.length.toLocaleString("en")}</span>} flush>
      {trials.length === 0 ? (
        <p class="empty-line">None yet.</p>
      ) : (
        <DataTable
          label="Trials"
          columns={columns}
          rows={trials}
          row_id={(t) => t.number}
          row_class={(t) => (t.number === best?.number ? "row-best" : "")}
          sort={sort}
          on_sort={on_sort}
        />
      )}
    </Card>
  );
}
