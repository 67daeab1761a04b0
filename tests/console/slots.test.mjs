// SPDX-License-Identifier: Apache-2.0
//
// Which trial stood in which slot, for the time line.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assign_slots } from "../../src/console/web/src/lib/slots.ts";

function trial(number, created, ended) {
  return { number, created, started: created, ended };
}

test("a trial takes the first slot that is free when it is created", () => {
  const slots = assign_slots([trial(1, 0, 10), trial(2, 0, 4), trial(3, 4, 8), trial(4, 10, null)], 2, 0, 20);
  assert.deepEqual(slots.bars.map((bar) => bar.slot), [0, 1, 1, 0]);
  assert.deepEqual([slots.count, slots.end, slots.bars[3].end], [2, 20, 20]);
  assert.equal(slots.busy, (10 + 4 + 4 + 10) / 40);
});

test("what the server's clock says is later than the page's now still stands within the time line", () => {
  const slots = assign_slots([trial(1, 0, 12), trial(2, 12, null)], 1, 0, 10);
  assert.equal(slots.end, 12);
  assert.ok(slots.bars.every((bar) => bar.end <= slots.end));
});
