// SPDX-License-Identifier: Apache-2.0
import type { Trial } from "../lib/api";
import { format_number, format_parameter, status_word } from "../lib/format";
import { status_of } from "../lib/trials";

interface Props {
  trial: Trial;
  metric: string;
  x: number;
  y: number;
  width: number; // of the chart: the tip goes to the side that has room
  extra?: [string, string][];
}

const kWidth = 218;

/** What a trial is, beside the pointer. */
export function TrialTip({ trial, metric, x, y, width, extra = [] }: Props) {
  const left = x > width / 2 ? Math.max(0, x - kWidth - 16) : Math.min(x + 16, Math.max(0, width - kWidth));
  const rows: [string, string][] = [
    [metric, format_number(trial.objective)],
    ...extra,
    ...Object.entries(trial.tuned)
      .slice(0, 10)
      .map(([name, value]): [string, string] => [name, format_parameter(value)]),
  ];
  return (
    <div class="tip" style={{ left: `${left}px`, top: `${Math.max(0, y)}px` }} role="presentation">
      <div class="tip-title">
        Trial {trial.number} <span class="muted">{status_word(status_of(trial))}</span>
      </div>
      {rows.map(([name, value]) => (
        <div class="tip-row" key={name}>
          <span>{name}</span>
          <b>{value}</b>
        </div>
      ))}
    </div>
  );
}
