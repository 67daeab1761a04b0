// SPDX-License-Identifier: Apache-2.0
//
// What a training job uses of its machine, over the time since training began. However few
// measurements there are: one alone is a figure without a curve.
import { useMemo, useState } from "preact/hooks";
import uPlot from "uplot";
import type { MetricSeries, TrainingJob } from "../lib/api";
import { format_duration } from "../lib/format";
import { Card } from "./card";
import { axes, Chart } from "./chart";
import type { Palette } from "./trial_marks";

const kKinds: Record<string, { title: string; note: string }> = {
  CPUUtilization: { title: "CPU", note: "of one core: 200 % are two busy cores" },
  MemoryUtilization: { title: "Memory", note: "of the machine's memory" },
  DiskUtilization: { title: "Disk", note: "of the disk with the data directory, in use by anybody" },
};

function percent(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : `${Number(value.toPrecision(3))} %`;
}

/** Seconds on an axis: "30 s", "2 min", "1.5 h". */
function seconds_text(seconds: number): string {
  if (seconds < 120) return `${Number(seconds.toFixed(1))} s`;
  if (seconds < 7200) return `${Number((seconds / 60).toFixed(1))} min`;
  return `${Number((seconds / 3600).toFixed(1))} h`;
}

function Curve({ series, begun, title }: { series: MetricSeries; begun: number; title: string }) {
  const data = useMemo<uPlot.AlignedData>(
    () => [series.times.map((time) => (time - begun) / 1000), series.values],
    [series, begun],
  );
  const [at, set_at] = useState<number | null>(null);
  const options = (palette: Palette) => {
    const [x_axis, y_axis] = axes(palette, "Time since training began");
    return {
      padding: [10, 24, 0, 0] as [number, number, number, number],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: {
        x: { time: false },
        y: { range: (_: uPlot, _low: number, high: number): [number, number] => [0, high > 0 ? high * 1.15 : 1] },
      },
      axes: [
        {
          ...x_axis,
          incrs: [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400],
          values: (_: uPlot, ticks: number[]) => ticks.map(seconds_text),
        },
        y_axis!,
      ],
      series: [{}, { stroke: palette.accent, fill: `${palette.accent}1f`, width: 2, points: { show: series.times.length < 30 } }],
      hooks: { setCursor: [(u: uPlot) => set_at((u.cursor.left ?? -1) < 0 ? null : (u.cursor.idx ?? null))] },
    };
  };
  return (
    <>
      <div class="resource-at muted" aria-hidden="true">
        {at === null ? "" : `${percent(series.values[at])} after ${format_duration(Math.max(0, series.times[at]! - begun))}`}
      </div>
      <Chart
        label={`${title} over ${series.times.length} measurements: ${percent(series.values.at(-1))} at the last`}
        height={170}
        data={data}
        options={options}
        shape={String(series.times.length < 30)}
      />
    </>
  );
}

export function Resources({ job }: { job: TrainingJob }) {
  const begun = job.started ?? job.created;
  const order = Object.keys(kKinds);
  const list = [...job.resources].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
  return (
    <Card title="Resources">
      <div class="metrics">
        {list.map((series) => {
          const kind = kKinds[series.name] ?? { title: series.name, note: "" };
          const known = series.values.filter((v) => v !== null);
          return (
            <figure class="metric" key={series.name}>
              <figcaption>
                <b>{kind.title}</b>
                <span class="metric-values">
                  {known.length > 1 && (
                    <span class="muted">
                      at most <b>{percent(Math.max(...known))}</b>
                    </span>
                  )}
                  <span>
                    {known.length > 1 ? "last " : "once measured: "}
                    <b class="accent">{percent(known.at(-1))}</b>
                  </span>
                </span>
              </figcaption>
              <p class="muted resource-note">{kind.note}</p>
              {known.length > 1 && <Curve series={series} begun={begun} title={kind.title} />}
            </figure>
          );
        })}
      </div>
    </Card>
  );
}
