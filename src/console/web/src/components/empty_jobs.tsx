// SPDX-License-Identifier: Apache-2.0
import type { Session } from "../lib/api";
import { CopyButton } from "./copy_button";

/** What `tunesmith env --format ipython` prints, run in the kernel. */
function notebook_lines({ command, data_dir }: Session): string {
  return `%pip install -q "sagemaker<3" "numpy<2" "pandas<3"
settings = !${command} env --format ipython --data-dir ${data_dir}
get_ipython().run_cell(settings.n)`;
}

function terminal_lines({ command, data_dir }: Session): string {
  return `${command} tune --data-dir ${data_dir} \\
  --train train.csv --validation validation.csv \\
  --objective validation:auc --range eta=0..1 --range max_depth=1..10 --jobs 20`;
}

function Snippet({ title, text }: { title: string; text: string }) {
  return (
    <div class="snippet">
      <div class="snippet-head">
        <span>{title}</span>
        <CopyButton text={text} />
      </div>
      <pre tabIndex={0}>{text}</pre>
    </div>
  );
}

/** Shown before the first job: how to start one. */
export function EmptyJobs({ session }: { session: Session }) {
  return (
    <div class="empty">
      <svg class="empty-art" viewBox="0 0 240 90" aria-hidden="true">
        <path class="empty-grid" d="M10 20h220M10 45h220M10 70h220" />
        <path class="empty-line-art" d="M14 74h34V58h40V44h44V30h52V20h42" />
        {[
          [30, 80],
          [48, 58],
          [70, 72],
          [88, 44],
          [110, 62],
          [132, 30],
          [160, 50],
          [184, 20],
          [208, 36],
        ].map(([x, y]) => (
          <circle key={x} class="empty-dot" cx={x} cy={y} r="3" />
        ))}
      </svg>
      <h2>No tuning job yet</h2>
      <p class="muted">Run these lines in a notebook; from then on its SageMaker calls come here, and jobs appear on this page.</p>
      <Snippet title="In a notebook" text={notebook_lines(session)} />
      <Snippet title="Or in a terminal" text={terminal_lines(session)} />
    </div>
  );
}
