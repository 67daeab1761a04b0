// SPDX-License-Identifier: Apache-2.0
//
// The rows of a comparison of tuning jobs: what came of them and what was asked for. Pure.
import { type Definition, is_live, type Range, type TuningJob } from "../lib/api";
import type { ComparedTuningJob } from "../lib/compared_tuning_jobs";
import { format_duration, format_number, format_parameter } from "../lib/format";
import { training_job_href } from "../lib/router";
import { is_better } from "../lib/trials";
import { type Cell, plain, type Row } from "./side_by_side";

type MakeRow = (name: string, cell: (compared: ComparedTuningJob) => Cell) => Row;

const kNone = plain("–");

function range_text(range: Range): string {
  if (range.kind === "Categorical") return range.values.join(", ");
  const scaling = range.scaling === "" || range.scaling === "Auto" ? "" : `, ${range.scaling.toLowerCase()}`;
  return `${range.min} … ${range.max} (${range.kind.toLowerCase()}${scaling})`;
}

/** What the definitions of a job have to say; each with its name when they don't say the same. */
function by_definition(job: TuningJob, say: (definition: Definition) => string | undefined): Cell {
  const said = job.definitions.map((definition) => say(definition) ?? "");
  if (new Set(said).size === 1) return said[0] === "" ? kNone : plain(said[0]!);
  const named = said.map((text, i) => `${job.definitions[i]!.name || `definition ${i + 1}`}: ${text || kNone.text}`);
  return plain(named.join("; "));
}

function warm_start(request: Record<string, unknown>): Cell {
  const config = request.WarmStartConfig as
    | { WarmStartType?: string; ParentHyperParameterTuningJobs?: { HyperParameterTuningJobName?: string }[] }
    | undefined;
  if (!config) return kNone;
  const parents = (config.ParentHyperParameterTuningJobs ?? []).map((parent) => parent.HyperParameterTuningJobName ?? "");
  return plain(`from ${parents.join(", ")} (${config.WarmStartType ?? ""})`);
}

function result_rows(jobs: ComparedTuningJob[], now: number, row: MakeRow): Row[] {
  const objectives = new Set(jobs.map(({ job }) => `${job.objective.direction} ${job.objective.metric}`));
  const values = jobs.flatMap(({ job }) => job.best?.value ?? []);
  const direction = jobs[0]!.job.objective.direction;
  const is_best = (value: number) => jobs.length > 1 && objectives.size === 1 && !values.some((other) => is_better(other, value, direction));
  const ends: [string, (job: TuningJob) => number][] = [
    ["Completed", ({ trials }) => trials.completed],
    ["Stopped early", ({ trials }) => trials.stopped_early],
    ["Stopped", ({ trials }) => trials.stopped - trials.stopped_early],
    ["Failed", ({ trials }) => trials.failed],
    ["Running", ({ trials }) => trials.running],
  ];
  return [
    row("Best value", ({ job: { best } }) =>
      best === null || best.value === null
        ? kNone
        : { text: format_number(best.value), exact: String(best.value), best: is_best(best.value) },
    ),
    row("Best trial", ({ job: { best, region } }) =>
      best === null ? kNone : { ...plain(`Trial ${best.trial}`), href: training_job_href(region, best.training_job) },
    ),
    row("Time to best", ({ job, trials }) => {
      const ended = trials.find((trial) => trial.number === job.best?.trial)?.ended ?? null;
      return ended === null ? kNone : plain(format_duration(ended - job.created));
    }),
    row("Duration", ({ job }) => plain(format_duration((job.ended ?? (is_live(job.status) ? now : job.modified)) - job.created))),
    ...ends
      .filter(([, count]) => jobs.some(({ job }) => count(job) > 0))
      .map(([name, count]) => row(`Trials: ${name.toLowerCase()}`, ({ job }) => plain(count(job).toLocaleString("en")))),
  ];
}

/** All hyperparameters of the best trial: those that were searched and those that were fixed. */
function best_hyperparameters({ job, trials }: ComparedTuningJob): Record<string, string> {
  const best = trials.find((trial) => trial.number === job.best?.trial);
  return best ? { ...job.definitions[best.definition]?.training.hyperparameters, ...best.tuned } : {};
}

/** `now`: for the durations of those that run. */
export function tuning_rows(jobs: ComparedTuningJob[], now: number): Row[] {
  const of_kind =
    (kind: string): MakeRow =>
    (name, cell) => ({ kind, name, cells: jobs.map(cell) });
  const bests = jobs.map(best_hyperparameters);
  const definitions = jobs.flatMap(({ job }) => job.definitions);
  const names = (of: (definition: Definition) => string[]) => [...new Set(definitions.flatMap(of))];
  const searched = names((definition) => definition.ranges.map((range) => range.name));
  // Those that begin with an underscore are the service's own: the objective has a row already.
  const fixed = names((definition) => Object.keys(definition.training.hyperparameters)).filter(
    (name) => !searched.includes(name) && !name.startsWith("_"),
  );

  const best = of_kind("Best hyperparameters");
  const search = of_kind("Search");
  const range = of_kind("Ranges");
  const constant = of_kind("Fixed hyperparameters");
  const training = of_kind("Training");
  return [
    ...result_rows(jobs, now, of_kind("Result")),
    ...searched
      .filter((name) => bests.some((values) => values[name] !== undefined))
      .map((name) =>
        best(name, (compared) => {
          const value = bests[jobs.indexOf(compared)]![name];
          return { text: format_parameter(value), exact: value ?? "" };
        }),
      ),
    search("Strategy", ({ job }) => plain(job.strategy)),
    search("Objective", ({ job }) => by_definition(job, ({ objective }) => `${objective.direction} ${objective.metric}`)),
    search("Warm start", ({ request }) => warm_start(request)),
    search("Trials at most", ({ job }) => plain(job.limits.max_trials.toLocaleString("en"))),
    search("Trials at a time", ({ job }) => plain(String(job.limits.max_parallel))),
    search("Seed", ({ job }) => plain(job.seed)),
    // What one job searches, another may have fixed.
    ...searched.map((name) =>
      range(name, ({ job }) =>
        by_definition(job, ({ ranges, training: { hyperparameters } }) => {
          const found = ranges.find((one) => one.name === name);
          if (found) return range_text(found);
          return hyperparameters[name] === undefined ? undefined : `fixed: ${hyperparameters[name]}`;
        }),
      ),
    ),
    ...fixed.sort().map((name) => constant(name, ({ job }) => by_definition(job, (definition) => definition.training.hyperparameters[name]))),
    training("Image", ({ job }) => by_definition(job, (definition) => definition.training.image || definition.training.algorithm)),
    training("Instances", ({ job }) =>
      by_definition(job, (definition) => `${definition.training.instance_count} × ${definition.training.instance_type}`),
    ),
    ...names((definition) => definition.training.channels.map((channel) => channel.name)).map((name) =>
      training(`Channel ${name}`, ({ job }) =>
        by_definition(job, (definition) => definition.training.channels.find((channel) => channel.name === name)?.uri),
      ),
    ),
  ];
}
