// SPDX-License-Identifier: Apache-2.0
import type { TrialCounts } from "../lib/api";

/** Those that somebody may want to know of: "3 failed, 12 stopped early". */
export function notable_trials({ failed, stopped, stopped_early }: TrialCounts): string {
  const counts: [number, string][] = [
    [failed, "failed"],
    [stopped_early, "stopped early"],
    [stopped - stopped_early, "stopped"],
  ];
  return counts
    .filter(([n]) => n > 0)
    .map(([n, word]) => `${n.toLocaleString("en")} ${word}`)
    .join(", ");
}

/** Trials done of all, with those that failed, were stopped (by their search or by somebody) or run told apart. */
export function TrialProgress({ trials, wide = false }: { trials: TrialCounts; wide?: boolean }) {
  const done = trials.completed + trials.stopped + trials.failed;
  const total = Math.max(trials.max, trials.created, 1);
  const parts: [string, number][] = [
    ["completed", trials.completed],
    ["stopped early", trials.stopped_early],
    ["stopped", trials.stopped - trials.stopped_early],
    ["failed", trials.failed],
    ["running", trials.running],
  ];
  const text = parts
    .filter(([, n]) => n > 0)
    .map(([word, n]) => `${n} ${word}`)
    .join(", ");
  let at = 0;
  return (
    <div class={wide ? "progress progress-wide" : "progress"} title={text}>
      <div class="progress-text">
        <b>{done.toLocaleString("en")}</b> <span class="muted">of {trials.max.toLocaleString("en")}</span>
      </div>
      <svg class="progress-bar" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label={text || "no trials yet"}>
        <rect class="progress-track" x="0" y="0" width="100" height="6" />
        {parts.map(([word, n]) => {
          const x = (at / total) * 100;
          at += n;
          return <rect key={word} class={`fill-${word.replace("stopped early", "early")}`} x={x} y="0" width={(n / total) * 100} height="6" />;
        })}
      </svg>
    </div>
  );
}
