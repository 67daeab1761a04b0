// SPDX-License-Identifier: Apache-2.0
//
// What the hyperparameters of a tuning job do to its objective.
import { useMemo } from "preact/hooks";
import type { TrialScene } from "../charts/common";
import { response_scale } from "../charts/common";
import { Contour } from "../charts/contour";
import { ParallelCoordinates } from "../charts/parallel_coordinates";
import { Slice } from "../charts/slice";
import { Card } from "../components/card";
import { Importance } from "../components/importance";
import { NextSteps } from "../components/next_steps";
import { TrialCard } from "../components/trial_card";
import { api, is_live, type Model, type Others, type TuningJob } from "../lib/api";
import { hints_for } from "../lib/hints";
import { use_answer } from "../lib/model";
import { set_query, use_location } from "../lib/router";

export function TuningParameters({ scene }: { scene: TrialScene }) {
  const { job, definition, trials, best, selected, on_select } = scene;
  const known = trials.filter((t) => t.objective !== null && t.ended !== null).length;
  // Without a value there is no model to ask for.
  const model = use_answer<Model>(`${job.id} ${definition}`, known === 0 ? "" : String(known), () =>
    api.model(job.region, job.name, definition),
  );
  const { query } = use_location();
  const others: Others = query.get("others") === "average" ? "average" : "best";
  const responses = (others === "average" ? model.value?.average_responses : model.value?.responses) ?? [];
  const y = useMemo(() => response_scale(scene, responses), [trials, best, model.value, others]);
  const widest = y.ticks(4).reduce((n, t) => Math.max(n, t.text.length), 0);
  const hints = useMemo(() => hints_for(trials, job, model.value), [trials, job, model.value]);
  const waiting = model.problem?.status === 409 || known === 0;
  return (
    <div class="columns">
      <div class="main-column">
        <Card title="Parallel coordinates" note="Drag along an axis to keep the trials that pass there; a click on the axis lets go." aside={<GoodnessLegend />}>
          {known === 0 ? <p class="empty-line">No trial has a value.</p> : <ParallelCoordinates {...scene} />}
        </Card>
        <Card
          title="Each hyperparameter against the objective"
          note={`Points are trials; the line is what the model predicts, ${kOthers[others]}, with two standard deviations to either side.`}
          aside={job.ranges.length > 1 && <OthersChoice others={others} />}
        >
          <div class={job.ranges.length === 2 || job.ranges.length === 4 ? "slices slices-even" : "slices"}>
            {job.ranges.map((range) => (
              <figure key={range.name} class="slice">
                <figcaption>{range.name}</figcaption>
                <Slice
                  {...scene}
                  range={range}
                  y={y}
                  y_room={widest * 7 + 14}
                  response={responses.find((r) => r.parameter === range.name) ?? null}
                />
              </figure>
            ))}
          </div>
        </Card>
        {job.ranges.length > 1 && <ContourCard scene={scene} model={model.value} known={known} others={others} />}
      </div>
      <div class="side-column">
        <Card title="Importance" note="Share of the objective's variation that each explains, alone or as a pair (×), by the model.">
          {model.value ? (
            <Importance model={model.value} />
          ) : (
            <p class="empty-line">
              {waiting ? too_few(job) : (model.problem?.message ?? "The model is being made…")}
            </p>
          )}
        </Card>
        <NextSteps job={job} hints={hints} />
        <TrialCard job={job} trials={trials} best={best} selected={selected} on_select={on_select} />
      </div>
    </div>
  );
}

const kOthers: Record<Others, string> = {
  best: "with the other hyperparameters at the best trial's values",
  average: "averaged over the other hyperparameters",
};

function too_few(job: TuningJob): string {
  return is_live(job.status) ? "The model needs a few more finished trials." : "Too few trials have a value for a model.";
}

/** For both cards of responses; the address names it. */
function OthersChoice({ others }: { others: Others }) {
  return (
    <div class="table-tools">
      <label class="inline-label">
        Others
        <select value={others} onChange={(e) => set_query({ others: e.currentTarget.value === "average" ? "average" : "" })}>
          <option value="best">as in the best trial</option>
          <option value="average">averaged over</option>
        </select>
      </label>
    </div>
  );
}

/** The pair that the address names, else the two that matter most. */
function pair_of(job: TuningJob, model: Model | null, query: URLSearchParams): [string, string] {
  const names = job.ranges.map((r) => r.name);
  const alone = (model?.importance ?? []).filter((row) => row.parameters.length === 1).map((row) => row.parameters[0]!);
  const order = [...alone, ...names.filter((name) => !alone.includes(name))];
  const x = query.get("x");
  const y = query.get("y");
  const first = x !== null && names.includes(x) ? x : order.find((name) => name !== y)!;
  const second = y !== null && names.includes(y) && y !== first ? y : order.find((name) => name !== first)!;
  return [first, second];
}

interface ContourProps {
  scene: TrialScene;
  model: Model | null;
  known: number;
  others: Others;
}

function ContourCard({ scene, model, known, others }: ContourProps) {
  const { job, definition } = scene;
  const { query } = use_location();
  const [x, y] = pair_of(job, model, query);
  const contour = use_answer(`${definition}\n${x}\n${y}\n${others}`, model === null ? "" : String(known), () =>
    api.contour(job.region, job.name, definition, x, y, others),
  );
  const value = contour.value?.x === x && contour.value.y === y ? contour.value : null;
  const choose = (axis: "x" | "y", name: string) => {
    // Choosing the other axis' hyperparameter swaps the two.
    if (axis === "x") set_query({ x: name, y: name === y ? x : y });
    else set_query({ x: name === x ? y : x, y: name });
  };
  return (
    <Card
      title="Two hyperparameters"
      note={`What the model predicts over both${job.ranges.length > 2 ? `, ${kOthers[others]}` : ""}. Each band covers an equal area.`}
      aside={
        <div class="table-tools">
          {(["x", "y"] as const).map((axis) => (
            <label key={axis} class="inline-label">
              {axis === "x" ? "Across" : "Up"}
              <select value={axis === "x" ? x : y} onChange={(e) => choose(axis, e.currentTarget.value)}>
                {job.ranges.map((r) => (
                  <option key={r.name} value={r.name}>
                    {r.name}
                  </option>
                ))}
              </select>
            </label>
          ))}
        </div>
      }
    >
      {value ? (
        <Contour
          {...scene}
          x={job.ranges.find((r) => r.name === x)!}
          y={job.ranges.find((r) => r.name === y)!}
          contour={value}
        />
      ) : (
        <p class="empty-line tall">{contour.problem || known === 0 ? too_few(scene.job) : ""}</p>
      )}
    </Card>
  );
}

function GoodnessLegend() {
  return (
    <div class="shades" aria-hidden="true">
      <span>worse</span>
      <span class="shades-bar" />
      <span>better</span>
    </div>
  );
}
