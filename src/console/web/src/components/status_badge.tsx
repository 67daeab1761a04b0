// SPDX-License-Identifier: Apache-2.0
import { status_word } from "../lib/format";

/** A job's status in a word with a mark whose shape alone tells it too. */
export function StatusBadge({ status, detail }: { status: string; detail?: string }) {
  return (
    <span class={`badge badge-${status.toLowerCase()}`} title={detail}>
      <span class="badge-mark" aria-hidden="true" />
      {status_word(status)}
    </span>
  );
}
