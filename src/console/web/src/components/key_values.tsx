// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";

/** Names and values; rows with nothing to say are left out. */
export function KeyValues({ rows }: { rows: [string, ComponentChildren][] }) {
  return (
    <dl class="pairs">
      {rows
        .filter(([, value]) => value !== null && value !== undefined && value !== false && value !== "")
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
