// SPDX-License-Identifier: Apache-2.0
//
// The view of a tuning job, its parts and what they share.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { column, fits_a_phone, kDone, kLive, processor_seconds, violations, with_demo } from "./harness.mjs";

const kLarge = "/_console/tuning-jobs/us-west-2/large";

/** How many different colours a canvas shows: 1 when nothing is drawn. */
async function colours(page, selector) {
  // What is out of sight is not drawn.
  await page.locator(selector).first().scrollIntoViewIfNeeded();
  await page.waitForTimeout(300);
  return page.$eval(selector, (canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const seen = new Set();
    for (let i = 0; i < data.length; i += 4 * 7) seen.add((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
    return seen.size;
  });
}

/**
 * Milliseconds of the processor that the page needs for an action and for the frames after it: the least of four, since
 * on a busy machine others' work slows it down, too.
 */
async function cost_of(page, action) {
  let least = Infinity;
  for (let i = 0; i < 4; ++i) {
    const begin = await processor_seconds(page);
    await page.evaluate(async (source) => {
      new Function(source)();
      for (let frames = 0; frames < 3; ++frames) await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    }, action);
    least = Math.min(least, 1000 * ((await processor_seconds(page)) - begin));
  }
  return least;
}

describe(
  "a tuning job that runs",
  with_demo(["--trial-ms", "3000"], ({ page: get, requests, open }) => {
    test("learning curves grow while trials train, without asking again", async () => {
      const page = get();
      await open(kLive);
      const chart = page.locator(".canvas-chart canvas[aria-label^='Learning curves']");
      await chart.waitFor();
      const label = () => chart.getAttribute("aria-label");
      const before = await label();
      await page.waitForTimeout(300);
      const asked = requests().length;
      await page.waitForFunction(
        (text) => document.querySelector("canvas[aria-label^='Learning curves']").getAttribute("aria-label") !== text,
        before,
        { timeout: 20_000 },
      );
      assert.equal(requests().length, asked);
    });
  }),
);

describe(
  "a tuning job that has ended",
  with_demo(["--trial-ms", "60000"], ({ page: get, url, open }) => {
    test("a click on a point selects its trial, says why it was tried, and the address keeps it", async () => {
      const page = get();
      await open(kDone);
      const plot = page.locator(".best-chart .u-over");
      const box = await plot.boundingBox();
      await page.mouse.click(box.x + box.width * 0.3, box.y + 60);
      await page.waitForSelector(".card-selected");
      const number = new URL(page.url()).searchParams.get("trial");
      assert.match(await page.innerText(".card-selected h2"), new RegExp(`Trial ${number}$`));
      assert.match(await page.innerText(".card-selected .why"), /expected the largest improvement|first trials/);
      await page.reload();
      await page.waitForSelector(".card-selected");
      await page.keyboard.press("j");
      await page.waitForSelector(`.card-selected h2:text-is('Trial ${Number(number) + 1}')`);
      await page.keyboard.press("Escape");
      await page.waitForSelector("h2:has-text('Best: trial')");
    });

    test("trials that the search stopped early are told apart from those that somebody stopped", async () => {
      const page = get();
      await open(kDone);
      await page.waitForSelector(".legend:has-text('Stopped early')");
      assert.match(await page.innerText(".tiles"), /16 stopped early/);
      await page.goto(url() + "/_console/");
      const bar = page.locator(".job", { hasText: "direct-marketing-100" }).locator(".progress-bar");
      assert.match(await bar.getAttribute("aria-label"), /, 16 stopped early/);
      await page.goto(url() + kDone + "/trials?status=StoppedEarly");
      await page.waitForSelector(".table");
      assert.deepEqual(new Set(await column(page, 3)), new Set(["Stopped early"]));
      await page.goto(url() + "/_console/tuning-jobs/eu-central-1/churn-rmse-random/trials?status=Stopped");
      await page.waitForSelector(".table");
      assert.deepEqual(await column(page, 3), ["Stopped", "Stopped", "Stopped"]);
    });

    test("the time line says how busy the slots were", async () => {
      const page = get();
      await open(kDone);
      const label = await page.getAttribute("canvas[aria-label*='slots']", "aria-label");
      assert.match(label, /^100 trials over .* in \d slots, \d+ % busy$/);
    });

    test("the model tells importance, responses and a contour of the two that matter", async () => {
      const page = get();
      await open(kDone + "/parameters");
      await page.waitForSelector(".importance li");
      const shares = await page.$$eval(".importance b", (cells) => cells.map((c) => parseFloat(c.innerText)));
      assert.deepEqual(shares, [...shares].sort((a, b) => b - a));
      assert.match(await page.innerText(".hints"), /The model expects .* from a further trial/);
      assert.equal(await page.locator(".slice").count(), 4);
      await page.waitForSelector("canvas[aria-label^='Predicted']");
      assert.ok((await colours(page, ".canvas-chart:has([aria-label^='Predicted']) canvas")) > 8);
      await page.selectOption("label:has-text('Across') select", "alpha");
      await page.waitForSelector("canvas[aria-label^='Predicted validation:auc over alpha']");
      assert.match(page.url(), /x=alpha/);
    });

    test("a brush on an axis filters all parts, and the keyboard can do the same", async () => {
      const page = get();
      await open(kDone + "/parameters");
      const chart = page.locator(".canvas-chart:has([aria-label^='Parallel'])");
      await chart.waitFor();
      const box = await chart.boundingBox();
      await page.mouse.move(box.x + 44, box.y + 200);
      await page.mouse.down();
      await page.mouse.move(box.x + 44, box.y + 345, { steps: 5 });
      await page.mouse.up();
      await page.waitForSelector(".chip:has-text('eta')");
      const [low, high] = new URL(page.url()).searchParams.get("f.eta").split("..").map(Number);
      await page.click(".tab:has-text('Trials')");
      await page.waitForSelector(".table");
      const etas = (await column(page, 5)).map(Number);
      assert.ok(etas.length > 0 && etas.length < 100);
      assert.ok(etas.every((eta) => eta >= low - 1e-3 && eta <= high + 1e-3));
      await page.focus("select[aria-label='Condition on']");
      await page.selectOption("select[aria-label='Condition on']", "max_depth");
      await page.keyboard.press("Tab");
      await page.keyboard.type("3..5");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".chip:has-text('max_depth')");
      assert.ok((await column(page, 8)).every((depth) => Number(depth) >= 3 && Number(depth) <= 5));
      await page.click("text=Show all");
      await page.waitForFunction(() => document.querySelectorAll(".table tbody tr").length >= 100);
    });

    test("columns are chosen, and the address keeps the choice", async () => {
      const page = get();
      await open(kDone + "/trials");
      await page.click("summary:text-is('Columns')");
      await page.click(".menu-box label:has-text('alpha')");
      assert.match(page.url(), /hide=p\.alpha/);
      await page.reload();
      await page.waitForSelector(".table");
      assert.equal(await page.locator("th", { hasText: "alpha" }).count(), 0);
    });

    test("chosen trials lead to a comparison", async () => {
      const page = get();
      await open(kDone + "/trials");
      await page.waitForSelector(".table");
      for (const number of [98, 97]) await page.check(`input[aria-label='Compare trial ${number}']`);
      await page.click("a.button:has-text('Compare 2')");
      await page.waitForSelector(".compare");
      assert.deepEqual(await page.$$eval(".compare thead a", (links) => links.map((a) => a.innerText)), ["Trial 98", "Trial 97"]);
    });

    test("the request is there as code", async () => {
      const page = get();
      await open(kDone + "/setup");
      await page.waitForSelector(".code:has-text('create_hyper_parameter_tuning_job')");
      await page.click("button:text-is('AWS CLI')");
      await page.waitForSelector(".code:has-text('create-hyper-parameter-tuning-job')");
      await page.click("button:has-text('Copy as AWS CLI')");
      await page.waitForSelector("text=Copied");
    });

    test("no part has barriers that axe-core finds, nor sticks out of a phone's screen", async () => {
      const page = get();
      await open(kDone);
      for (const part of ["?trial=3", "/parameters?f.eta=0..0.5", "/trials", "/setup"]) {
        await page.setViewportSize({ width: 1360, height: 900 });
        await page.goto(url() + kDone + part);
        await page.waitForSelector(part.startsWith("/p") ? ".importance li" : ".tab");
        for (const scheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme: scheme });
          assert.deepEqual(await violations(page), [], `${part}, ${scheme}`);
        }
        await fits_a_phone(page, part);
      }
    });
  }),
);

describe(
  "a tuning job of 10,000 trials",
  with_demo(["--large", "10000", "--trial-ms", "60000"], ({ page: get, url, open }) => {
    test("only rows in sight are drawn, and scrolling reaches the last one", async () => {
      const page = get();
      await open(kLarge + "/trials");
      await page.waitForSelector(".table");
      assert.equal(await page.getAttribute(".table", "aria-rowcount"), "10001");
      assert.ok((await page.locator(".table tbody tr").count()) < 100);
      await page.evaluate(() => {
        const frame = document.querySelector(".table-frame");
        frame.scrollTop = frame.scrollHeight;
      });
      await page.waitForSelector(".table tbody td:nth-child(2) a:text-is('1')");
    });

    test("every chart is drawn, and the heap stays small (measure.mjs has what interactions cost)", async (t) => {
      const page = get();
      await open(kLarge);
      await page.waitForSelector("canvas[aria-label*='slots']");
      const select = await cost_of(page, "document.dispatchEvent(new KeyboardEvent('keydown', { key: 'k', bubbles: true }))");
      await page.goto(url() + kLarge + "/parameters");
      await page.waitForSelector("canvas[aria-label^='Predicted']", { timeout: 30_000 });
      assert.ok((await colours(page, ".canvas-chart:has([aria-label^='Parallel']) canvas")) > 8);
      const filter = await cost_of(
        page,
        `const input = document.querySelector(".filter-bar input");
         input.value = 0.7 + Math.random() / 100 + "..";
         input.dispatchEvent(new Event("input", { bubbles: true }));
         requestAnimationFrame(() => document.querySelector(".filter-bar button").click());`,
      );
      assert.match(page.url(), /f\.objective=0\.7/);
      await page.goto(url() + kLarge + "/trials");
      await page.waitForSelector(".table");
      const sorting = await cost_of(page, "document.querySelectorAll('th button')[3].click()");
      const heap = await page.evaluate(() => performance.memory?.usedJSHeapSize ?? 0);
      const costs = { select, filter, sorting };
      t.diagnostic(Object.entries(costs).map(([what, ms]) => `${what} ${ms.toFixed(0)} ms`).join(", ") + `; heap ${(heap / 1e6).toFixed(0)} MB`);
      assert.ok(heap < 300e6, `${heap} bytes`);
    });
  }),
);
