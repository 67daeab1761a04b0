// SPDX-License-Identifier: Apache-2.0
//
// The course of a metric; sets of data that share it ("train:auc", "validation:auc") share a chart.
import { useMemo, useState } from "preact/hooks";
import type { MetricSeries } from "../lib/api";
import { format_number } from "../lib/format";
import { Chart } from "./chart";
import { align, step_options } from "./step_lines";
import type { Palette } from "./trial_marks";

export interface MetricGroup {
  title: string;
  series: { label: string; metric: MetricSeries; main: boolean }[];
}

/** Groups by what follows the colon. The objective and validation sets stand out. */
export function group_metrics(metrics: MetricSeries[], objective: string | null): MetricGroup[] {
  const groups = new Map<string, MetricGroup>();
  for (const metric of metrics) {
    const colon = metric.name.indexOf(":");
    const title = colon < 0 ? metric.name : metric.name.slice(colon + 1);
    const label = colon < 0 ? metric.name : metric.name.slice(0, colon);
    const group = groups.get(title) ?? { title, series: [] };
    groups.set(title, group);
    group.series.push({ label, metric, main: metric.name === objective || label === "validation" });
  }
  const list = [...groups.values()];
  for (const group of list) {
    if (!group.series.some((s) => s.main)) group.series[0]!.main = true;
    group.series.sort((a, b) => Number(b.main) - Number(a.main) || a.label.localeCompare(b.label));
  }
  const names_objective = (group: MetricGroup) => group.series.some((s) => s.metric.name === objective);
  return list.sort((a, b) => Number(names_objective(b)) - Number(names_objective(a)) || a.title.localeCompare(b.title));
}

export function MetricChart({ group }: { group: MetricGroup }) {
  const data = useMemo(() => align(group.series.map((s) => s.metric)), [group]);
  const [at, set_at] = useState<number | null>(null);
  const options = (palette: Palette) =>
    step_options(
      palette,
      data,
      group.series.map(({ main }) => (main ? { stroke: palette.accent, width: 2 } : { stroke: palette.muted, width: 1.5, dash: [5, 4] })),
      set_at,
    );
  const index = at ?? (data[0]?.length ?? 0) - 1;
  return (
    <figure class="metric">
      <figcaption>
        <b>{group.title}</b>
        <span class="metric-values">
          {at !== null && <span class="muted">step {data[0]?.[at]}</span>}
          {group.series.map((s, i) => (
            <span key={s.label} class={s.main ? "series series-main" : "series"}>
              {s.label} <b>{format_number(data[i + 1]?.[index])}</b>
            </span>
          ))}
        </span>
      </figcaption>
      <Chart
        label={`${group.title} over the steps of training`}
        height={220}
        data={data}
        options={options}
        shape={group.series.map((s) => s.label + s.main).join() + ((data[0]?.length ?? 0) < 2)}
      />
    </figure>
  );
}
