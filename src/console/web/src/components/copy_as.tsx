// SPDX-License-Identifier: Apache-2.0
import { useState } from "preact/hooks";
import type { TuningJob } from "../lib/api";
import { use_request } from "../lib/model";
import { as_aws_cli, as_boto3 } from "../lib/snippets";
import { Card } from "./card";
import { CopyButton } from "./copy_button";

const kForms = [
  { id: "boto3", title: "boto3", print: as_boto3 },
  { id: "cli", title: "AWS CLI", print: as_aws_cli },
  { id: "json", title: "JSON", print: (request: Record<string, unknown>) => JSON.stringify(request, null, 2) + "\n" },
];

/** The request as code that asks for the same again. */
export function CopyAs({ job }: { job: TuningJob }) {
  const { value: request, problem } = use_request(job);
  const [form, set_form] = useState(kForms[0]!);
  const text = request === null ? "" : form.print(request, job.region);
  return (
    <Card
      title="The request as code"
      note="Asks for the same search again, under another name."
      aside={
        <div class="table-tools">
          <div class="switch" role="group" aria-label="Form">
            {kForms.map((one) => (
              <button key={one.id} type="button" aria-pressed={one.id === form.id} onClick={() => set_form(one)}>
                {one.title}
              </button>
            ))}
          </div>
          <CopyButton text={text} label={form.id === "json" ? "Copy" : `Copy as ${form.title}`} />
        </div>
      }
      flush
    >
      {problem ? <p class="empty-line">{problem.message}</p> : <pre class="code" tabIndex={0}>{text}</pre>}
    </Card>
  );
}
