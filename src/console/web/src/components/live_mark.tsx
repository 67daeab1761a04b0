// SPDX-License-Identifier: Apache-2.0
import type { LiveState } from "../lib/live";

const kWords: Record<LiveState, string> = {
  connecting: "Connecting",
  live: "Live",
  offline: "Connecting again",
};

/** Whether what is shown follows the server. */
export function LiveMark({ state }: { state: LiveState }) {
  return (
    <span class={`live live-${state}`} role="status">
      <span class="live-dot" aria-hidden="true" />
      {kWords[state]}
    </span>
  );
}
