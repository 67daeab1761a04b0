// SPDX-License-Identifier: Apache-2.0
//
// The console's interface as types and calls (docs/console-api.md). Times are milliseconds.

export type Status = "InProgress" | "Completed" | "Failed" | "Stopping" | "Stopped" | "Deleting";
export type Direction = "Maximize" | "Minimize";

export interface TrialCounts {
  completed: number;
  running: number;
  failed: number;
  stopped: number;
  stopped_early: number; // among `stopped`: their search had seen enough of them
  created: number;
  max: number;
}

export interface TuningJobRow {
  id: number;
  region: string;
  name: string;
  status: Status;
  strategy: string;
  objective: { metric: string; direction: Direction };
  best: { value: number | null; training_job: string; trial: number } | null;
  trials: TrialCounts;
  created: number;
  modified: number;
  ended: number | null;
  failure_reason: string;
  best_so_far: (number | null)[];
}

export interface Range {
  name: string;
  kind: "Continuous" | "Integer" | "Categorical";
  min: string;
  max: string;
  scaling: string;
  values: string[];
  /** What the algorithm takes at all; null where it has no bound, or nobody knows. */
  allowed_min: string | null;
  allowed_max: string | null;
}

export interface TrainingPart {
  image: string;
  algorithm: string;
  instance_type: string;
  instance_count: number;
  role: string;
  output: string;
  max_runtime_seconds: number;
  channels: { name: string; uri: string; content_type: string }[];
}

/** One algorithm that a job tunes. */
export interface Definition {
  name: string;
  objective: { metric: string; direction: Direction };
  ranges: Range[];
  training: TuningJob["training"];
}

export interface TuningJob extends TuningJobRow {
  /** Of the first definition; most jobs have no other. */
  ranges: Range[];
  definitions: Definition[];
  seed: string; // has more digits than a number holds
  limits: {
    max_trials: number;
    max_parallel: number;
    max_runtime_seconds: number | null;
    target_objective: number | null;
    max_not_improving: number | null;
  };
  training: TrainingPart & { hyperparameters: Record<string, string> };
}

/** Why a trial was suggested; figures are there when a model made the suggestion. */
export interface Explanation {
  step: string;
  mean?: number;
  deviation?: number;
  acquisition?: number;
}

export interface CurveRow {
  trial: number;
  steps: number[];
  values: (number | null)[];
}

/** What the search engine's model predicts along one hyperparameter; low and high: two standard deviations. */
export interface ModelResponse {
  parameter: string;
  values: (number | string)[];
  mean: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
}

export interface Model {
  observations: number;
  /** What a further trial has to offer, in the objective's units; null while the model can't say. */
  convergence: { expected_improvement: number; threshold: number; converged: boolean } | null;
  importance: { parameters: string[]; share: number | null }[];
  /** The others as in the best trial, and averaged over. */
  responses: ModelResponse[];
  average_responses: ModelResponse[];
}

/** What a response does with the hyperparameters that it is not about. */
export type Others = "best" | "average";

export interface ModelContour {
  x: string;
  y: string;
  xs: (number | string)[];
  ys: (number | string)[];
  mean: (number | null)[][];
}

export interface Trial {
  number: number;
  definition: number; // index into the job's definitions
  name: string;
  status: Status;
  secondary_status: string;
  stopped_early: boolean; // its search had seen enough of it
  tuned: Record<string, string>;
  explanation: Explanation | null;
  objective: number | null;
  objective_status: "Succeeded" | "Pending" | "Failed" | "";
  created: number;
  modified: number;
  started: number | null;
  ended: number | null;
  failure_reason: string;
}

export interface MetricSeries {
  name: string;
  steps: number[];
  times: number[];
  values: (number | null)[];
}

export interface TrainingJob extends Omit<Trial, "number"> {
  region: string;
  trial: number | null;
  attempt: number;
  tuning_job: { name: string; metric: string; direction: Direction } | null;
  hyperparameters: Record<string, string>;
  training: TrainingPart;
  model: string | null;
  transitions: { status: string; start: number; end: number | null; message: string }[];
  final_metrics: { name: string; value: number | null; time: number }[];
  metrics: MetricSeries[];
  /** What its host used, in percent: CPUUtilization, ... */
  resources: MetricSeries[];
}

export interface TrainingJobRow extends Omit<Trial, "number"> {
  id: number;
  region: string;
  number: number; // 0 outside tuning jobs
}

export interface Bucket {
  name: string;
  region: string;
  created: number;
}

export interface ObjectPage {
  folders: string[];
  objects: { key: string; size: number; modified: number }[];
  next: string | null;
}

export interface Preview {
  size: number;
  whole: boolean;
  etag: string;
  content_type: string;
  modified: number;
  text: string | null;
}

export interface LogChunk {
  from: number;
  next: number;
  size: number;
  lines: [number | null, string][];
}

export interface Session {
  user: string;
  expires: number;
  /** How to call the program on the server's machine, ready for a shell: for what people copy. */
  command: string;
  data_dir: string;
}

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const kRoot = "/_console/api/";
let on_signed_out: () => void = () => {};

/** Called whenever the server says that nobody is signed in. */
export function set_signed_out_handler(handler: () => void): void {
  on_signed_out = handler;
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = {};
  if (method !== "GET") headers["X-Tunesmith-Console"] = "1";
  const file = body instanceof Blob ? body : null;
  if (body !== undefined) headers["Content-Type"] = file ? file.type || "application/octet-stream" : "application/json";
  let response: Response;
  try {
    response = await fetch(kRoot + path, {
      method,
      headers,
      body: body === undefined ? undefined : (file ?? JSON.stringify(body)),
    });
  } catch {
    throw new ApiError(0, "The server can't be reached.");
  }
  const document = await response.json().catch(() => null);
  if (response.ok) return document as T;
  const message = document?.error?.message ?? `The server answered ${response.status}.`;
  if (response.status === 401 && path !== "session") on_signed_out();
  throw new ApiError(response.status, message);
}

/** The part of an address that names a job. */
export function job_path(region: string, name: string): string {
  return `${encodeURIComponent(region)}/${encodeURIComponent(name)}`;
}

/** The part of an address that names an object; the key is one part, whatever is in it. */
function object_path(bucket: string, key: string): string {
  return `objects/${encodeURIComponent(bucket)}/${encodeURIComponent(key)}`;
}

export const api = {
  session: () => call<Session>("GET", "session"),
  sign_in: (id: string, secret: string) =>
    call<Session>("POST", "session", { access_key_id: id, secret_access_key: secret }),
  use_link: (link: string) => call<Session>("POST", "session", { link }),
  sign_out: () => call<unknown>("DELETE", "session"),
  tuning_jobs: (query: URLSearchParams) =>
    call<{ tuning_jobs: TuningJobRow[]; next: string | null }>("GET", `tuning-jobs?${query}`),
  tuning_job: (region: string, name: string) => call<TuningJob>("GET", `tuning-jobs/${job_path(region, name)}`),
  trials: (region: string, name: string) =>
    call<{ trials: Trial[] }>("GET", `tuning-jobs/${job_path(region, name)}/trials`),
  curves: (region: string, name: string) =>
    call<{ metric: string; curves: CurveRow[] }>("GET", `tuning-jobs/${job_path(region, name)}/curves`),
  model: (region: string, name: string, definition: number) =>
    call<Model>("GET", `tuning-jobs/${job_path(region, name)}/model?definition=${definition}`),
  contour: (region: string, name: string, definition: number, x: string, y: string, others: Others) =>
    call<ModelContour>(
      "GET",
      `tuning-jobs/${job_path(region, name)}/contour?${new URLSearchParams({ x, y, others, definition: String(definition) })}`,
    ),
  request: (region: string, name: string) =>
    call<Record<string, unknown>>("GET", `tuning-jobs/${job_path(region, name)}/request`),
  stop: (region: string, name: string) => call<unknown>("POST", `tuning-jobs/${job_path(region, name)}/stop`),
  delete_tuning_job: (region: string, name: string) => call<unknown>("DELETE", `tuning-jobs/${job_path(region, name)}`),
  training_jobs: (query: URLSearchParams) =>
    call<{ training_jobs: TrainingJobRow[]; next: string | null }>("GET", `training-jobs?${query}`),
  stop_training_job: (region: string, name: string) => call<unknown>("POST", `training-jobs/${job_path(region, name)}/stop`),
  log_before: (region: string, name: string, before: number) =>
    call<LogChunk>("GET", `training-jobs/${job_path(region, name)}/log?before=${before}`),
  search_log: (region: string, name: string, search: string) =>
    call<{ lines: [number | null, string][]; more: boolean }>(
      "GET",
      `training-jobs/${job_path(region, name)}/log?${new URLSearchParams({ search })}`,
    ),
  buckets: () => call<{ buckets: Bucket[] }>("GET", "objects"),
  objects: (bucket: string, prefix: string, after: string) =>
    call<ObjectPage>("GET", `objects/${encodeURIComponent(bucket)}?${new URLSearchParams({ prefix, after })}`),
  preview: (bucket: string, key: string) => call<Preview>("GET", `${object_path(bucket, key)}?preview=1`),
  upload: (bucket: string, key: string, file: Blob) => call<{ size: number }>("PUT", object_path(bucket, key), file),
  delete_object: (bucket: string, key: string) => call<unknown>("DELETE", object_path(bucket, key)),
  training_job: (region: string, name: string) => call<TrainingJob>("GET", `training-jobs/${job_path(region, name)}`),
  log: (region: string, name: string, from: number) =>
    call<LogChunk>("GET", `training-jobs/${job_path(region, name)}/log?from=${from}`),
};

export const addresses = {
  trials_file: (region: string, name: string, format: "csv" | "parquet") =>
    `${kRoot}tuning-jobs/${job_path(region, name)}/trials?format=${format}`,
  log_text: (region: string, name: string) => `${kRoot}training-jobs/${job_path(region, name)}/log?format=text`,
  object: (bucket: string, key: string) => kRoot + object_path(bucket, key),
  tuning_jobs_events: `${kRoot}tuning-jobs/events`,
  tuning_job_events: (region: string, name: string) => `${kRoot}tuning-jobs/${job_path(region, name)}/events`,
  training_job_events: (region: string, name: string) => `${kRoot}training-jobs/${job_path(region, name)}/events`,
};

export function is_live(status: Status): boolean {
  return status === "InProgress" || status === "Stopping";
}
