// SPDX-License-Identifier: Apache-2.0
//
// One metric of several training jobs over their steps, a colour and a dash for each job.
import { useMemo, useState } from "preact/hooks";
import type { TrainingJob } from "../lib/api";
import { format_number } from "../lib/format";
import { Chart } from "./chart";
import { series_line, SeriesKey } from "./series_key";
import { align, step_options } from "./step_lines";
import type { Palette } from "./trial_marks";

export interface Compared {
  name: string;
  lines: { job: number; label: string; steps: number[]; values: (number | null)[] }[];
}

/** The metrics that at least one job has, those of most jobs first. */
export function compared_metrics(jobs: TrainingJob[]): Compared[] {
  const found = new Map<string, Compared>();
  jobs.forEach((job, i) => {
    for (const { name, steps, values } of job.metrics) {
      const metric = found.get(name) ?? { name, lines: [] };
      found.set(name, metric);
      metric.lines.push({ job: i, label: job.trial === null ? job.name : `Trial ${job.trial}`, steps, values });
    }
  });
  return [...found.values()].sort((a, b) => b.lines.length - a.lines.length || a.name.localeCompare(b.name));
}

export function ComparedMetric({ metric }: { metric: Compared }) {
  const data = useMemo(() => align(metric.lines), [metric]);
  const [at, set_at] = useState<number | null>(null);
  const options = (palette: Palette) =>
    step_options(
      palette,
      data,
      metric.lines.map((line) => series_line(line.job)),
      set_at,
    );
  const last = (values: ArrayLike<number | null | undefined>) => Array.from(values).reverse().find((v) => v !== null && v !== undefined);
  return (
    <figure class="metric">
      <figcaption>
        <b>{metric.name}</b>
        <span class="metric-values">
          {at !== null && <span class="muted">step {data[0]?.[at]}</span>}
          {metric.lines.map((line, i) => (
            <span key={line.job}>
              <SeriesKey place={line.job} /> {line.label}{" "}
              <b>{format_number(at === null ? last(data[i + 1]!) : data[i + 1]![at])}</b>
            </span>
          ))}
        </span>
      </figcaption>
      <Chart
        label={`${metric.name} of ${metric.lines.length} training jobs over the steps`}
        height={240}
        data={data}
        options={options}
        shape={metric.lines.map((line) => line.label).join()}
      />
    </figure>
  );
}
