// SPDX-License-Identifier: Apache-2.0
//
// The end of a training job's log; grows at its end by what the server pushes, at its beginning when
// the reader asks.
import { useRef, useState } from "preact/hooks";
import { api, type LogChunk } from "./api";

export interface LogLine {
  key: number;
  time: number | null;
  text: string;
}

export interface LogState {
  lines: LogLine[];
  from: number; // the byte at which the first line begins
  size: number;
}

const kTail = 128 * 1024;
const kMaxLines = 20_000;

export function use_training_log(region: string, name: string) {
  const [log, set_log] = useState<LogState>({ lines: [], from: 0, size: 0 });
  const next = useRef(-1); // the byte up to which the log is here; -1: nothing is
  const first = useRef(0);
  const count = useRef(0);

  const lines_of = (chunk: LogChunk) => chunk.lines.map(([time, text]) => ({ key: count.current++, time, text }));
  const append = (chunk: LogChunk, anew: boolean) => {
    next.current = chunk.next;
    if (anew) first.current = chunk.from;
    const lines = lines_of(chunk);
    set_log((now) => ({
      lines: anew ? lines : [...now.lines, ...lines].slice(-kMaxLines),
      from: first.current,
      size: chunk.size,
    }));
  };
  const load = () => {
    const from = next.current < 0 ? -kTail : next.current;
    api.log(region, name, from).then(
      (chunk) => {
        if (from < 0 && next.current < 0) append(chunk, true);
        else if (chunk.from === next.current) append(chunk, false);
      },
      () => {}, // the job's own answer tells what is wrong
    );
  };
  const take = (chunk: LogChunk) => {
    if (chunk.next <= next.current) return;
    if (chunk.from === next.current) append(chunk, false);
    else load();
  };
  const load_earlier = () => {
    const before = first.current;
    api.log_before(region, name, before).then(
      (chunk) => {
        if (first.current !== before || chunk.lines.length === 0) return;
        first.current = chunk.from;
        const lines = lines_of(chunk);
        set_log((now) => ({ ...now, lines: [...lines, ...now.lines].slice(0, kMaxLines), from: chunk.from }));
      },
      () => {},
    );
  };
  return { log, load, take, load_earlier };
}
