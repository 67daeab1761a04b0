// SPDX-License-Identifier: Apache-2.0
import type { Model } from "../lib/api";

const kMost = 10;

function percent(share: number): string {
  return share >= 0.1 ? `${Math.round(share * 100)} %` : `${(share * 100).toFixed(1)} %`;
}

/** How much of the objective's variation each hyperparameter explains, alone and in pairs. */
export function Importance({ model }: { model: Model }) {
  const rows = model.importance.filter((row) => (row.share ?? 0) >= 0.001).slice(0, kMost);
  const most = Math.max(...rows.map((row) => row.share ?? 0), 0.01);
  if (rows.length === 0) return <p class="empty-line">The model sees no hyperparameter that matters.</p>;
  return (
    <ol class="importance">
      {rows.map((row) => {
        const share = row.share ?? 0;
        const pair = row.parameters.length > 1;
        return (
          <li key={row.parameters.join("\n")}>
            <span class="importance-name" title={row.parameters.join(" × ")}>
              {row.parameters.join(" × ")}
            </span>
            <b>{percent(share)}</b>
            <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              <rect class={pair ? "importance-pair" : "importance-alone"} width={(share / most) * 100} height="10" />
            </svg>
          </li>
        );
      })}
    </ol>
  );
}
