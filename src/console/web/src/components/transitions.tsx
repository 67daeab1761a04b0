// SPDX-License-Identifier: Apache-2.0
import type { TrainingJob } from "../lib/api";
import { format_duration, status_word } from "../lib/format";
import { Time } from "./time";

/** The steps of a training job's life with the time that each took. */
export function Transitions({ job, now }: { job: TrainingJob; now: number }) {
  return (
    <ol class="steps">
      {job.transitions.map((step, i) => {
        const last = i === job.transitions.length - 1;
        const ended = last && job.ended !== null;
        const look = ended ? (job.status === "Failed" ? "step-failed" : "step-done") : last ? "step-now" : "step-done";
        return (
          <li key={i} class={`step ${look}`}>
            <div class="step-name">{status_word(step.status)}</div>
            <div class="step-time">
              {ended ? <Time ms={step.start} /> : format_duration((step.end ?? now) - step.start)}
            </div>
            <div class="step-text">{step.message}</div>
          </li>
        );
      })}
    </ol>
  );
}
