// SPDX-License-Identifier: Apache-2.0
import type { TrialScene } from "../charts/common";
import { has_objective, objective_range, outcome, type Outcome } from "../lib/trials";

const kMarks: { what: Outcome; word: string; path: string }[] = [
  { what: "completed", word: "Completed", path: "M2 6a4 4 0 1 0 8 0a4 4 0 1 0-8 0" },
  { what: "early", word: "Stopped early", path: "M6 1.5 10.5 6 6 10.5 1.5 6Z" },
  { what: "stopped", word: "Stopped", path: "M2.5 2.5h7v7h-7Z" },
  { what: "failed", word: "Failed", path: "m2.5 2.5 7 7m0-7-7 7" },
  { what: "running", word: "Running", path: "M2 6a4 4 0 1 0 8 0a4 4 0 1 0-8 0" },
];

/** What the marks mean that the chart of trials has now. */
export function BestLegend({ scene }: { scene: TrialScene }) {
  const { trials, job } = scene;
  const target = job.limits.target_objective;
  const there = new Set(trials.map(outcome));
  const [low, high] = objective_range(trials, job.objective.direction, target);
  const beyond = trials.some((t) => has_objective(t) && (t.objective! < low || t.objective! > high));
  return (
    <ul class="legend">
      <li>
        <svg viewBox="0 0 20 12" aria-hidden="true">
          <path class="legend-line" d="M1 9h9V3h9" />
        </svg>
        Best so far
      </li>
      {target !== null && (
        <li>
          <svg viewBox="0 0 20 12" aria-hidden="true">
            <path class="legend-target" d="M1 6h18" />
          </svg>
          Target
        </li>
      )}
      {kMarks
        .filter((mark) => there.has(mark.what))
        .map((mark) => (
          <li key={mark.what}>
            <svg viewBox="0 0 12 12" aria-hidden="true">
              <path class={`legend-${mark.what}`} d={mark.path} />
            </svg>
            {mark.word}
          </li>
        ))}
      {beyond && (
        <li>
          <svg viewBox="0 0 12 12" aria-hidden="true">
            <path class="legend-completed" d="M2 3.5h8L6 9.5Z" />
          </svg>
          Off the scale
        </li>
      )}
    </ul>
  );
}
