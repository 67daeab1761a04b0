// SPDX-License-Identifier: Apache-2.0
//
// The best values so far of several tuning jobs with one objective, over their trials or over the time.
import { useMemo, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import type { TuningJob } from "../lib/api";
import { align_curves, type Along, type BestCurve, curves_range, value_at } from "../lib/best_curve";
import { format_duration, format_number } from "../lib/format";
import { axes, Chart } from "./chart";
import { series_line, SeriesKey } from "./series_key";
import type { Palette } from "./trial_marks";

export interface ComparedCurve {
  place: number; // in the comparison
  id: string;
  label: string;
  curve: BestCurve;
}

const kUnits = [
  { name: "Hours", ms: 3_600_000 },
  { name: "Minutes", ms: 60_000 },
  { name: "Seconds", ms: 1000 },
  { name: "Milliseconds", ms: 1 },
];

/** The unit in which the longest time is a number that people read easily. */
function unit_of(longest: number): { name: string; ms: number } {
  return kUnits.find((unit) => longest >= 2 * unit.ms) ?? kUnits.at(-1)!;
}

function after_trials(count: number): string {
  return `after ${count.toLocaleString("en")} trial${count === 1 ? "" : "s"}`;
}

export function BestComparison({ objective, lines, along }: { objective: TuningJob["objective"]; lines: ComparedCurve[]; along: Along }) {
  const [at, set_at] = useState<number | null>(null);
  const curves = lines.map((line) => line.curve);
  const unit = along === "time" ? unit_of(Math.max(...curves.map((curve) => curve.time))) : { name: "Trials that have ended", ms: 1 };
  const data = useMemo<uPlot.AlignedData>(() => {
    const [xs, ...columns] = align_curves(curves, along);
    return [xs.map((x) => x / unit.ms), ...columns];
  }, [lines, along]);
  // A line needs two places; where there is only one, it is shown as a point.
  const alone = data.slice(1).map((column) => Array.from(column).filter((value) => value !== null).length === 1);
  // What the chart's callback, made once, looks at.
  const range = useRef<[number, number]>([0, 1]);
  range.current = useMemo(() => curves_range(curves), [lines]);

  const options = (palette: Palette) => ({
    padding: [10, 20, 0, 0] as [number, number, number, number],
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: (_: uPlot, _low: number, high: number): [number, number] => [0, Math.max(high, 1)] },
      y: { range: () => range.current },
    },
    axes: axes(palette, along === "time" ? `${unit.name} since the job was created` : unit.name),
    series: [
      {},
      ...lines.map((line, i) => ({ ...series_line(line.place), width: 2, paths: uPlot.paths.stepped!({ align: 1 }), points: { show: alone[i] } })),
    ],
    hooks: {
      setCursor: [
        (u: uPlot) => {
          const left = u.cursor.left ?? -1;
          const x = left < 0 ? null : u.posToVal(left, "x") * unit.ms;
          set_at(x !== null && along === "trials" ? Math.floor(x) : x);
        },
      ],
    },
  });
  const value = ({ curve }: ComparedCurve) => value_at(curve, along, at ?? Infinity);
  return (
    <figure class="metric">
      <figcaption>
        <b>{objective.metric}</b>
        {at !== null && <span class="muted">{along === "time" ? `after ${format_duration(at)}` : after_trials(at)}</span>}
      </figcaption>
      <ul class="compare-legend">
        {lines.map((line) => (
          <li key={line.id}>
            <SeriesKey place={line.place} /> {line.label} <b>{format_number(value(line))}</b>
          </li>
        ))}
      </ul>
      <Chart
        label={`Best ${objective.metric} so far: ${lines.map((line) => `${line.label} ${format_number(line.curve.points.at(-1)?.value)} ${after_trials(line.curve.trials)}`).join(", ")}`}
        height={300}
        data={data}
        options={options}
        shape={[along, unit.name, ...lines.map((line, i) => `${line.id} ${line.place} ${alone[i]}`)].join("\n")}
      />
    </figure>
  );
}
