// SPDX-License-Identifier: Apache-2.0
//
// Measures the console over a real server (docs/benchmarks.md has the figures):
//   node tests/console/measure.mjs URL ACCESS_KEY_ID SECRET REGION/TUNING_JOB
// first_paint_ms: median of nine loads; first_view_bytes: what they transfer. Then for each interaction the time from the
// event until the frame after the next has ended, and the processor time that the page's main thread and all of the
// browser's processes need for it, which do not depend on how busy the machine is: medians of five, for the browser the mean. Heap after a
// collection, and the most there was.
import { readdirSync, readFileSync } from "node:fs";
import { open_browser, processor_seconds, sign_in } from "./harness.mjs";

const [url, key, secret, job] = process.argv.slice(2);
const path = `/_console/tuning-jobs/${job}`;
const browser = await open_browser();
const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
const page = await context.newPage();
const median = (list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)];
const say = (name, value) => console.log(`${name.padEnd(44)} ${value}`);

await page.goto(url + "/_console/");
await sign_in(page, secret, key);
const paints = [];
let weight = 0;
page.on("response", async (response) => {
  if (!response.url().includes("/_console/api/")) weight += (await response.request().sizes()).responseBodySize;
});
for (let i = 0; i < 9; ++i) {
  await page.goto("about:blank");
  await (await context.newCDPSession(page)).send("Network.clearBrowserCache");
  weight = 0;
  await page.goto(url + "/_console/");
  await page.waitForSelector(".job");
  paints.push(await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime));
}
say("first_paint_ms", median(paints).toFixed(0));
say("first_view_bytes", weight);

/** Milliseconds of the processor that this program's descendants have used: the browser and its processes. */
function browser_ms() {
  const rows = [];
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
      rows.push({ pid: Number(pid), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) });
    } catch {
      continue; // It has ended.
    }
  }
  const ours = new Set([process.pid]);
  for (let size = 0; size !== ours.size; ) {
    size = ours.size;
    for (const row of rows) if (ours.has(row.parent)) ours.add(row.pid);
  }
  return rows.filter((row) => row.pid !== process.pid && ours.has(row.pid)).reduce((sum, row) => sum + row.ticks * 10, 0);
}

let most = 0;
const session = await context.newCDPSession(page);
await session.send("HeapProfiler.enable");
async function heap() {
  const before = (await session.send("Runtime.getHeapUsage")).usedSize;
  await session.send("HeapProfiler.collectGarbage");
  most = Math.max(most, before);
  return ((await session.send("Runtime.getHeapUsage")).usedSize / 1e6).toFixed(0);
}

/** `act` runs in the page and dispatches the event. */
async function interaction(name, act) {
  const waits = [];
  const costs = [];
  const whole = browser_ms();
  for (let i = 0; i < 5; ++i) {
    await page.waitForTimeout(300);
    const begin = await processor_seconds(page);
    waits.push(
      await page.evaluate(
        ([source, turn]) =>
          new Promise((resolve) => {
            const start = performance.now();
            new Function("turn", source)(turn);
            // The frame in which what has changed is drawn has ended when the task after it runs.
            requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start))));
          }),
        [act, i],
      ),
    );
    costs.push(1000 * ((await processor_seconds(page)) - begin));
    most = Math.max(most, (await session.send("Runtime.getHeapUsage")).usedSize);
  }
  const all = (browser_ms() - whole) / 5;
  say(name, `${median(waits).toFixed(0)} ms; processor: page ${median(costs).toFixed(0)} ms, browser ${all.toFixed(0)} ms`);
}
const press = (letter) => `document.dispatchEvent(new KeyboardEvent("keydown", { key: "${letter}", bubbles: true }));`;
const over = (selector, x, y) => `
  const box = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
  const at = { clientX: box.left + box.width * (${x} + turn / 50), clientY: box.top + box.height * ${y}, bubbles: true, pointerId: 1 };
  for (const type of ["pointermove", "mousemove"])
    document.querySelector(${JSON.stringify(selector)}).dispatchEvent(new (type === "mousemove" ? MouseEvent : PointerEvent)(type, at));`;

async function view(part, selector) {
  const begin = Date.now();
  await page.goto(url + path + part);
  await page.waitForSelector(selector, { timeout: 60_000 });
  say(`${part || "overview"}: all there`, `${Date.now() - begin} ms`);
  await page.waitForTimeout(2500);
  say(`${part || "overview"}: heap_mb`, await heap());
}

await view("", "canvas[aria-label*='slots']");
await interaction("next trial by the keyboard", press("k"));
await interaction("pointing at best so far", over(".best-chart .u-over", 0.3, 0.5));
await interaction("pointing at learning curves", over(".canvas-chart:has([aria-label^='Learning'])", 0.3, 0.9));
await interaction("pointing at the time line", over(".canvas-chart:has([aria-label*='slots'])", 0.3, 0.5));
await view("/parameters", "canvas[aria-label^='Predicted']");
await interaction("pointing at parallel coordinates", over(".canvas-chart:has([aria-label^='Parallel'])", 0.3, 0.5));
await interaction("a filter on the objective", `
  const input = document.querySelector(".filter-bar input");
  input.value = "0." + (2 + turn) + "..";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  requestAnimationFrame(() => document.querySelector(".filter-bar button").click());`);
await interaction("next trial by the keyboard, hyperparameters", press("k"));
await view("/trials", ".table");
await interaction("sorting the table", `document.querySelectorAll("th button")[3 + (turn % 2)].click();`);
await interaction("scrolling the table", `document.querySelector(".table-frame").scrollTop = 20000 * (turn + 1);`);
await interaction("a letter in the search", `
  const input = document.querySelector("input[type=search]");
  input.value = "1".repeat(turn);
  input.dispatchEvent(new Event("input", { bubbles: true }));`);
await interaction("to the overview", `document.querySelectorAll(".tab")[turn % 2 === 0 ? 0 : 2].click();`);
say("heap_mb at the end", await heap());
say("heap_mb at most", (most / 1e6).toFixed(0));
await browser.close();
