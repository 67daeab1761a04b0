// SPDX-License-Identifier: Apache-2.0
//
// Which trial stood in which slot: a job runs so many trials at a time, and each trial takes the
// first slot that is free when it is created. Pure.
import type { Trial } from "./api";

export interface Bar {
  trial: Trial;
  slot: number;
  begin: number;
  started: number; // when its training began
  end: number;
}

export interface Slots {
  bars: Bar[];
  count: number;
  begin: number;
  end: number;
  /** Share of the slots' time in which a trial stood in them, in [0, 1]. */
  busy: number;
}

/**
 * `now`: where trials that run end so far. Some may be younger: the page's clock ticks once a second, and isn't the
 * server's.
 */
export function assign_slots(trials: Trial[], parallel: number, begin: number, now: number): Slots {
  const free: number[] = []; // by slot: when it is free
  const bars: Bar[] = [];
  let used = 0;
  const end = trials.reduce((last, trial) => Math.max(last, trial.created, trial.ended ?? 0), now);
  const sorted = [...trials].sort((a, b) => a.created - b.created || a.number - b.number);
  for (const trial of sorted) {
    const from = trial.created;
    const to = Math.max(from, trial.ended ?? end);
    let slot = free.findIndex((at) => at <= from);
    if (slot < 0) slot = free.length;
    free[slot] = to;
    bars.push({ trial, slot, begin: from, started: Math.min(to, trial.started ?? to), end: to });
    used += to - from;
  }
  const count = Math.max(parallel, free.length, 1);
  return { bars, count, begin, end, busy: Math.min(1, used / Math.max(1, (end - begin) * count)) };
}
