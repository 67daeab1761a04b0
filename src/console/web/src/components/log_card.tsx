// SPDX-License-Identifier: Apache-2.0
//
// A training job's log: its end, live; a search through all of it; all of it as a file.
import { useEffect, useState } from "preact/hooks";
import { addresses, api } from "../lib/api";
import { format_bytes } from "../lib/format";
import type { LogLine, LogState } from "../lib/training_log";
import { Card } from "./card";
import { LogView } from "./log_view";

interface Props {
  region: string;
  name: string;
  log: LogState;
  on_earlier: () => void;
}

interface Found {
  lines: LogLine[];
  more: boolean;
}

/** Lines that contain the text, a moment after it was typed; null for no text. */
function use_search(region: string, name: string, text: string, size: number): Found | null {
  const [found, set_found] = useState<Found | null>(null);
  useEffect(() => {
    if (text === "") {
      set_found(null);
      return undefined;
    }
    let wanted = true;
    const timer = window.setTimeout(() => {
      api.search_log(region, name, text).then(
        (answer) => {
          const lines = answer.lines.map(([time, line], key) => ({ key, time, text: line }));
          if (wanted) set_found({ lines, more: answer.more });
        },
        () => {},
      );
    }, 200);
    return () => {
      wanted = false;
      window.clearTimeout(timer);
    };
  }, [text, size]);
  return found;
}

export function LogCard({ region, name, log, on_earlier }: Props) {
  const [text, set_text] = useState("");
  const found = use_search(region, name, text, log.size);
  const count = found && (found.more ? `the first ${found.lines.length} lines` : `${found.lines.length} lines`);
  return (
    <Card
      title="Log"
      aside={
        <div class="table-tools">
          <span class="muted" role="status">
            {count ?? format_bytes(log.size)}
          </span>
          <input type="search" placeholder="Search" aria-label="Search the log" value={text} onInput={(e) => set_text(e.currentTarget.value)} />
          <a class="button button-small" href={addresses.log_text(region, name)} download>
            Download
          </a>
        </div>
      }
      flush
    >
      {found ? (
        found.lines.length === 0 ? (
          <p class="empty-line">No line contains this.</p>
        ) : (
          <LogView lines={found.lines} mark={text} follow={false} />
        )
      ) : log.lines.length === 0 ? (
        <p class="empty-line">Nothing was written yet.</p>
      ) : (
        <LogView lines={log.lines} on_earlier={log.from > 0 ? on_earlier : undefined} />
      )}
    </Card>
  );
}
