// SPDX-License-Identifier: Apache-2.0

const kWidth = 120;
const kHeight = 32;
const kPad = 3;

/** The best value over the trials, as a small staircase. */
export function Sparkline({ values, label }: { values: (number | null)[]; label: string }) {
  const known = values.filter((v): v is number => v !== null);
  if (known.length === 0) return <span class="spark spark-none" aria-hidden="true" />;
  const low = Math.min(...known);
  const high = Math.max(...known);
  const x = (i: number) => (known.length === 1 ? kWidth / 2 : (i / (known.length - 1)) * (kWidth - 6) + 3);
  const y = (v: number) =>
    high === low ? kHeight / 2 : kHeight - kPad - ((v - low) / (high - low)) * (kHeight - 2 * kPad);
  let path = `M${x(0).toFixed(1)} ${y(known[0]!).toFixed(1)}`;
  known.forEach((value, i) => {
    if (i > 0) path += `H${x(i).toFixed(1)}V${y(value).toFixed(1)}`;
  });
  const last = known.length - 1;
  return (
    <svg class="spark" viewBox={`0 0 ${kWidth} ${kHeight}`} width={kWidth} height={kHeight} role="img" aria-label={label}>
      <path class="spark-area" d={`${path}V${kHeight}H${x(0).toFixed(1)}Z`} />
      <path class="spark-line" d={path} />
      <circle class="spark-dot" cx={x(last)} cy={y(known[last]!)} r="2.5" />
    </svg>
  );
}
