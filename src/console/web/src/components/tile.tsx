// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";

/** One figure with its name. */
export function Tile({ label, children, note }: { label: string; children: ComponentChildren; note?: ComponentChildren }) {
  return (
    <div class="tile">
      <div class="tile-label">{label}</div>
      <div class="tile-value">{children}</div>
      {note !== undefined && <div class="tile-note">{note}</div>}
    </div>
  );
}
