// SPDX-License-Identifier: Apache-2.0
import type { TuningJob } from "../lib/api";
import type { Hint } from "../lib/hints";
import { use_request } from "../lib/model";
import { can_go_on, next_request } from "../lib/next_job";
import { as_boto3 } from "../lib/snippets";
import { Card } from "./card";
import { CopyButton } from "./copy_button";

/** What to try next, and the search that does it as code. */
export function NextSteps({ job, hints }: { job: TuningJob; hints: Hint[] }) {
  if (hints.length === 0 && !can_go_on(job)) return null;
  return (
    <Card title="What to try next">
      <ul class="hints">
        {hints.map((hint) => (
          <li key={hint.text}>{hint.text}</li>
        ))}
      </ul>
      {can_go_on(job) && <NextJob job={job} hints={hints} />}
    </Card>
  );
}

function NextJob({ job, hints }: { job: TuningJob; hints: Hint[] }) {
  const { value: request, problem } = use_request(job);
  if (request === null) return problem ? <p class="muted">{problem.message}</p> : null;
  const advised = hints.flatMap((hint) => hint.range ?? []);
  return (
    <div class="card-foot">
      <CopyButton label="Copy the next job" text={as_boto3(next_request(request, job, advised), job.region, "next")} />
      <span class="muted">
        boto3: starts from these trials{advised.length > 0 && `, ${advised.map((range) => range.name).join(", ")} wider`}
      </span>
    </div>
  );
}
