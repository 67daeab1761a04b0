// SPDX-License-Identifier: Apache-2.0
import type { Range } from "../lib/api";
import { format_parameter } from "../lib/format";

/** Where in [0, 1] a value stands within its range, on the range's own scale. */
function position(range: Range, value: number): number | null {
  const min = Number(range.min);
  const max = Number(range.max);
  if (!Number.isFinite(value) || !(max > min)) return null;
  const logarithmic = range.scaling === "Logarithmic" && min > 0;
  const map = logarithmic ? Math.log : (v: number) => v;
  return Math.min(1, Math.max(0, (map(value) - map(min)) / (map(max) - map(min))));
}

/** A hyperparameter's value and where it stands in the range that is searched. */
export function RangeBar({ range, value }: { range: Range; value: string | undefined }) {
  const at = range.kind === "Categorical" || value === undefined ? null : position(range, Number(value));
  return (
    <div class="range">
      <div class="range-name" title={range.name}>
        {range.name}
      </div>
      <div class="range-value" title={value}>
        {format_parameter(value)}
      </div>
      {range.kind === "Categorical" ? (
        <div class="range-choices">
          {range.values.map((choice) => (
            <span key={choice} class={choice === value ? "choice choice-on" : "choice"} title={choice}>
              {choice}
            </span>
          ))}
        </div>
      ) : (
        <div class="range-track">
          <span>{format_parameter(range.min)}</span>
          <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
            <rect class="range-line" x="0" y="4" width="100" height="2" />
            {at !== null && <rect class="range-dot" x={Math.min(98, Math.max(0, at * 100 - 1))} y="0" width="2" height="10" />}
          </svg>
          <span>{format_parameter(range.max)}</span>
        </div>
      )}
    </div>
  );
}
