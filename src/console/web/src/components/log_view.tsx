// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from "preact/hooks";
import { format_clock, format_exact_time } from "../lib/format";

export interface LogLine {
  key: number;
  time: number | null;
  text: string;
}

/** Lines of a log; stays at the end while it grows, unless the reader scrolled up. */
export function LogView({ lines, begins_late }: { lines: LogLine[]; begins_late: boolean }) {
  const frame = useRef<HTMLDivElement>(null);
  const [at_end, set_at_end] = useState(true);
  useEffect(() => {
    if (at_end && frame.current) frame.current.scrollTop = frame.current.scrollHeight;
  }, [lines, at_end]);
  if (lines.length === 0) return <p class="empty-line">Nothing was written yet.</p>;
  return (
    <div
      class="log"
      ref={frame}
      tabIndex={0}
      role="log"
      aria-label="Log"
      onScroll={() => {
        const f = frame.current;
        if (f) set_at_end(f.scrollHeight - f.scrollTop - f.clientHeight < 24);
      }}
    >
      {begins_late && <div class="log-note">Earlier lines are left out.</div>}
      {lines.map((line) => (
        <div key={line.key} class="log-line">
          <span class="log-time" title={line.time === null ? undefined : format_exact_time(line.time)}>
            {line.time === null ? "" : format_clock(line.time)}
          </span>
          <span class="log-text">{line.text}</span>
        </div>
      ))}
    </div>
  );
}
