// SPDX-License-Identifier: Apache-2.0
import { format_duration } from "../lib/format";
import { use_now } from "../lib/hooks";

/** The time from `since` to `until`, or to now while that is null: it then goes on by itself. */
export function Elapsed({ since, until }: { since: number; until: number | null }) {
  const now = use_now(until === null);
  return <>{format_duration(Math.max(0, (until ?? now) - since))}</>;
}
