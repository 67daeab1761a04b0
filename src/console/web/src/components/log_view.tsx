// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from "preact/hooks";
import { format_clock, format_exact_time } from "../lib/format";
import type { LogLine } from "../lib/training_log";

interface Props {
  lines: LogLine[];
  mark?: string; // shown where it occurs
  on_earlier?: () => void; // there are earlier lines
  follow?: boolean; // stay at the end while it grows, unless the reader scrolled up
}

/** A log has tabs as "#011", as SageMaker's have. */
function readable(text: string): string {
  return text.replaceAll("#011", "\t");
}

/** Text with each occurrence of `mark` marked, without case. */
function Marked({ text, mark }: { text: string; mark: string }) {
  if (mark === "") return <>{text}</>;
  const parts = [];
  const low = text.toLowerCase();
  const wanted = mark.toLowerCase();
  let at = 0;
  for (let found = low.indexOf(wanted); found >= 0; found = low.indexOf(wanted, at)) {
    parts.push(text.slice(at, found), <mark key={found}>{text.slice(found, found + mark.length)}</mark>);
    at = found + mark.length;
  }
  return (
    <>
      {parts}
      {text.slice(at)}
    </>
  );
}

export function LogView({ lines, mark = "", on_earlier, follow = true }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const [at_end, set_at_end] = useState(follow);
  useEffect(() => {
    if (follow && at_end && frame.current) frame.current.scrollTop = frame.current.scrollHeight;
  }, [lines, at_end]);
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
      {on_earlier && (
        <div class="log-note">
          <button type="button" class="button button-small" onClick={on_earlier}>
            Show earlier lines
          </button>
        </div>
      )}
      {lines.map((line) => (
        <div key={line.key} class="log-line">
          <span class="log-time" title={line.time === null ? undefined : format_exact_time(line.time)}>
            {line.time === null ? "" : format_clock(line.time)}
          </span>
          <span class="log-text">
            <Marked text={readable(line.text)} mark={mark} />
          </span>
        </div>
      ))}
    </div>
  );
}
