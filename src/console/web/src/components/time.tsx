// SPDX-License-Identifier: Apache-2.0
import { format_exact_time, format_time } from "../lib/format";

/** A local time; the exact one on hover. */
export function Time({ ms }: { ms: number | null }) {
  if (ms === null) return <span class="muted">–</span>;
  return (
    <time dateTime={new Date(ms).toISOString()} title={format_exact_time(ms)}>
      {format_time(ms)}
    </time>
  );
}
