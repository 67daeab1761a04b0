// SPDX-License-Identifier: Apache-2.0
import type { TuningJob } from "../lib/api";
import { format_duration, format_number } from "../lib/format";
import { Card } from "./card";
import { KeyValues } from "./key_values";
import { Time } from "./time";

/** What was asked for: limits, ranges, the training jobs' definition. */
export function TuningConfiguration({ job }: { job: TuningJob }) {
  const { limits, training } = job;
  const fixed = Object.entries(training.hyperparameters);
  return (
    <div class="columns columns-even">
      <Card title="Search">
        <KeyValues
          rows={[
            ["Strategy", job.strategy],
            ["Objective", `${job.objective.direction} ${job.objective.metric}`],
            ["Trials at most", String(limits.max_trials)],
            ["Trials at a time", String(limits.max_parallel)],
            ["Time limit", limits.max_runtime_seconds && format_duration(limits.max_runtime_seconds * 1000)],
            ["Done at", limits.target_objective !== null && format_number(limits.target_objective)],
            ["Done after without progress", limits.max_not_improving && `${limits.max_not_improving} trials`],
            ["Seed", String(job.seed)],
            ["Region", job.region],
            ["Created", <Time ms={job.created} />],
            ["Ended", job.ended && <Time ms={job.ended} />],
          ]}
        />
        <h3>Ranges</h3>
        <KeyValues
          rows={job.ranges.map((r) => [
            r.name,
            r.kind === "Categorical" ? r.values.join(", ") : `${r.min} … ${r.max} (${r.kind}, ${r.scaling})`,
          ])}
        />
      </Card>
      <Card title="Training">
        <KeyValues
          rows={[
            ["Algorithm", training.algorithm],
            ["Image", training.image],
            ["Instances", `${training.instance_count} × ${training.instance_type}`],
            ["Time limit per trial", format_duration(training.max_runtime_seconds * 1000)],
            ["Output", training.output],
            ["Role", training.role],
            ...training.channels.map(
              (c): [string, string] => [`Channel ${c.name}`, c.uri + (c.content_type ? ` (${c.content_type})` : "")],
            ),
          ]}
        />
        {fixed.length > 0 && <h3>Fixed hyperparameters</h3>}
        <KeyValues rows={fixed} />
      </Card>
    </div>
  );
}
