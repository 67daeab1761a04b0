// SPDX-License-Identifier: Apache-2.0
//
// How a tuning job is going: best so far, learning curves, who ran when.
import { useMemo } from "preact/hooks";
import type { TrialScene } from "../charts/common";
import { type Curve, LearningCurves } from "../charts/learning_curves";
import { Timeline } from "../charts/timeline";
import { BestChart } from "../components/best_chart";
import { BestLegend } from "../components/best_legend";
import { Card } from "../components/card";
import { TrialCard } from "../components/trial_card";
import { is_live } from "../lib/api";
import { use_now } from "../lib/hooks";
import { assign_slots } from "../lib/slots";

interface Props {
  scene: TrialScene;
  curves: Map<number, Curve>;
  curves_version: number;
}

export function TuningOverview({ scene, curves, curves_version }: Props) {
  const { job, trials, best, selected, on_select } = scene;
  const live = is_live(job.status);
  const now = use_now(live);
  const end = job.ended ?? (live ? now : job.modified);
  const slots = useMemo(() => assign_slots(trials, job.limits.max_parallel, job.created, end), [trials, job.id, end]);
  return (
    <div class="columns">
      <div class="main-column">
        <Card title="Best so far" aside={<BestLegend scene={scene} />}>
          {trials.length === 0 ? (
            <p class="empty-line">{live ? "The first trial is on its way." : "No trial was started."}</p>
          ) : (
            <BestChart scene={scene} />
          )}
        </Card>
        <Card title="Learning curves" note={`${job.objective.metric} over the steps of each trial`} aside={<CurveLegend selected={selected !== null} />}>
          {curves.size === 0 ? (
            <p class="empty-line">{live ? `No trial has reported ${job.objective.metric} yet.` : `No trial reported ${job.objective.metric}.`}</p>
          ) : (
            <LearningCurves {...scene} curves={curves} version={curves_version} />
          )}
        </Card>
        {trials.length > 0 && (
          <Card
            title="Time line"
            note="A line for each trial that can run at a time"
            aside={
              <span class="muted">
                <b class="strong">{Math.round(slots.busy * 100)} %</b> busy
              </span>
            }
          >
            <Timeline {...scene} slots={slots} />
          </Card>
        )}
      </div>
      <div class="side-column">
        <TrialCard job={job} trials={trials} best={best} selected={selected} on_select={on_select} />
      </div>
    </div>
  );
}

function CurveLegend({ selected }: { selected: boolean }) {
  return (
    <ul class="legend">
      <li>
        <span class="key key-best" aria-hidden="true" /> Best
      </li>
      {selected && (
        <li>
          <span class="key key-selected" aria-hidden="true" /> Selected
        </li>
      )}
      <li>
        <span class="key key-other" aria-hidden="true" /> Others
      </li>
    </ul>
  );
}
