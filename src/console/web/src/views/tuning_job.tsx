// SPDX-License-Identifier: Apache-2.0
//
// A tuning job, live: how it is going (overview), what the hyperparameters do, all trials, what was
// asked for. The part, the selected trial and the filters stand in the address.
import { useEffect, useMemo } from "preact/hooks";
import type { TrialScene } from "../charts/common";
import { ConfirmedButton } from "../components/confirmed_button";
import { CopyAs } from "../components/copy_as";
import { DeleteTuningJob } from "../components/delete_tuning_job";
import { FilterBar } from "../components/filter_bar";
import { LiveMark } from "../components/live_mark";
import { Notice } from "../components/notice";
import { StatusBadge } from "../components/status_badge";
import { type Tab, Tabs } from "../components/tabs";
import { TrialsTable } from "../components/trials_table";
import { TuningConfiguration } from "../components/tuning_configuration";
import { TuningFigures } from "../components/tuning_figures";
import { api, is_live, type Trial, type TuningJob } from "../lib/api";
import { choose_href, job_id } from "../lib/compare";
import { filters_of, passes } from "../lib/filters";
import { use_title } from "../lib/hooks";
import type { LiveState } from "../lib/live";
import { kRoot, navigate, set_query, tuning_job_href, use_location } from "../lib/router";
import { best_trial, main_failure, status_of } from "../lib/trials";
import { use_tuning_job } from "../lib/tuning_job";
import { NotFound } from "./not_found";
import { TuningOverview } from "./tuning_overview";
import { TuningParameters } from "./tuning_parameters";

const kParts = ["overview", "parameters", "trials", "setup"] as const;
export type Part = (typeof kParts)[number];
const kTitles: Record<Part, string> = {
  overview: "Overview",
  parameters: "Hyperparameters",
  trials: "Trials",
  setup: "Setup",
};

export function is_part(text: string): text is Part {
  return (kParts as readonly string[]).includes(text);
}

function tabs_of(job: TuningJob, query: URLSearchParams): Tab[] {
  const text = query.toString();
  return kParts.map((id) => ({
    id,
    title: id === "trials" ? `${kTitles[id]} ${job.trials.created.toLocaleString("en")}` : kTitles[id],
    href: tuning_job_href(job.region, job.name) + (id === "overview" ? "" : `/${id}`) + (text === "" ? "" : `?${text}`),
  }));
}

/** A job of several definitions, seen as the job of one of them. */
function of_definition(job: TuningJob, index: number): TuningJob {
  const { objective, ranges, training } = job.definitions[index]!;
  return job.definitions.length < 2 ? job : { ...job, objective, ranges, training };
}

/** j and k go through the trials, Escape lets go of the selected one. */
function use_trial_keys(scene: TrialScene): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return;
      const { trials, selected, best, on_select } = scene;
      if (event.key === "Escape" && selected && !document.querySelector("dialog[open]")) on_select(null);
      if (event.key !== "j" && event.key !== "k") return;
      const at = trials.indexOf(selected ?? best ?? trials[0]!);
      const next = trials[at + (event.key === "j" ? 1 : -1)];
      if (next) on_select(next);
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  });
}

function select(trial: Trial | null): void {
  set_query({ trial: trial === null ? "" : String(trial.number) });
}

export function TuningJobView({ region, name, part }: { region: string; name: string; part: Part }) {
  use_title(part === "overview" ? name : `${kTitles[part]} · ${name}`);
  const { query } = use_location();
  const state = use_tuning_job(region, name);
  const { curves, curves_version, problem, live } = state;
  const definition = Math.min(Math.max(0, Number(query.get("definition")) || 0), (state.job?.definitions.length ?? 1) - 1);
  const job = useMemo(() => state.job && of_definition(state.job, definition), [state.job, definition]);
  const trials = useMemo(
    () => ((state.job?.definitions.length ?? 1) < 2 ? state.trials : state.trials.filter((t) => t.definition === definition)),
    [state.trials, state.job?.id, definition],
  );
  const best = useMemo(() => (job ? best_trial(trials, job.objective.direction) : null), [trials, job?.id]);
  const number = Number(query.get("trial"));
  const selected = useMemo(() => trials.find((t) => t.number === number) ?? null, [trials, number]);
  const conditions = query.toString();
  const passing = useMemo(() => {
    const filters = filters_of(query);
    const status = query.get("status") ?? "";
    const text = (query.get("q") ?? "").toLowerCase();
    if (filters.length === 0 && status === "" && text === "") return null;
    return trials.filter(
      (t) =>
        passes(filters, t) &&
        (status === "" || status_of(t) === status) &&
        (text === "" || t.name.toLowerCase().includes(text) || t.failure_reason.toLowerCase().includes(text)),
    );
  }, [trials, conditions]);
  const shown = useMemo(() => (passing === null ? null : new Set(passing.map((t) => t.number))), [passing]);
  const failure = useMemo(() => main_failure(trials), [trials]);
  const scene: TrialScene | null = job && { job, definition, trials, shown, best, selected, on_select: select };
  use_trial_keys(scene ?? { job: null as never, definition: 0, trials: [], shown: null, best: null, selected: null, on_select: select });

  if (problem?.status === 404) return <NotFound what={`There is no tuning job ${name} in ${region}.`} />;
  if (!job || !scene) return problem ? <Notice title={problem.message} /> : <div class="loading" aria-busy="true" />;
  return (
    <>
      <Head job={job} live={live} />
      {job.failure_reason !== "" && (
        <Notice title="This job failed">
          {job.failure_reason}
          {failure && (
            <>
              <div class="notice-label">
                {failure.count} of {trials.length} trials failed with
              </div>
              <div class="notice-reason">{failure.reason}</div>
            </>
          )}
        </Notice>
      )}
      {problem && <Notice title={problem.message} />}
      <TuningFigures job={job} best={best} on_select={select} />
      <div class="tab-row">
        {job.definitions.length > 1 && (
          <label class="inline-label">
            Definition
            <select value={String(definition)} onChange={(e) => set_query({ definition: e.currentTarget.value, trial: "", x: "", y: "" })}>
              {job.definitions.map((one, i) => (
                <option key={i} value={String(i)}>
                  {one.name || `Definition ${i + 1}`}
                </option>
              ))}
            </select>
          </label>
        )}
        <Tabs label="Parts of this tuning job" tabs={tabs_of(job, query)} current={part} />
        {part !== "setup" && part !== "overview" && trials.length > 0 && (
          <FilterBar job={job} shown={passing?.length ?? trials.length} all={trials.length} />
        )}
      </div>
      {part === "overview" && <TuningOverview scene={scene} curves={curves} curves_version={curves_version} />}
      {part === "parameters" && <TuningParameters scene={scene} />}
      {part === "trials" && (
        <TrialsTable job={job} trials={passing ?? trials} all={trials.length} best={best} selected={selected} />
      )}
      {part === "setup" && (
        <>
          <TuningConfiguration job={job} />
          <CopyAs job={job} />
        </>
      )}
    </>
  );
}

function Head({ job, live }: { job: TuningJob; live: LiveState }) {
  return (
    <>
      <nav class="crumbs" aria-label="Breadcrumb">
        <a href={kRoot}>Tuning jobs</a>
      </nav>
      <div class="view-head">
        <h1 class="name">{job.name}</h1>
        <StatusBadge status={job.status} />
        {is_live(job.status) && <LiveMark state={live} />}
        <div class="view-actions">
          <a class="button" href={choose_href([job_id(job)])} title="Choose other tuning jobs to see side by side with this one">
            Compare
          </a>
          {job.ended !== null && <DeleteTuningJob job={job} on_done={() => navigate(kRoot)} />}
          {job.status === "InProgress" && (
            <ConfirmedButton
              label="Stop"
              title="Stop this tuning job?"
              action="Stop the job"
              act={() => api.stop(job.region, job.name)}
            >
              Trials that run now are stopped, no further ones begin. Finished trials and the best one stay. This can't
              be undone.
            </ConfirmedButton>
          )}
        </div>
      </div>
    </>
  );
}
