// SPDX-License-Identifier: Apache-2.0
//
// The console's page in a real browser over console_demo:
//   CONSOLE_DEMO=build/console_demo node --test tests/console
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { open_browser, sign_in, start_demo } from "./harness.mjs";

const kDemo = process.env.CONSOLE_DEMO ?? "build/console_demo";
const kAxe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const kLive = "/_console/tuning-jobs/us-east-1/xgboost-tuningjob-24-21-54-06";
const kDone = "/_console/tuning-jobs/us-east-1/direct-marketing-100";
const kFailed = "/_console/tuning-jobs/us-east-1/direct-marketing-broken";

let browser;
before(async () => {
  browser = await open_browser();
});
after(() => browser.close());

/** Pages of one server, each checked for errors, broken policies and foreign requests when it is done. */
function with_demo(options, tests) {
  return () => {
    let server, context, page, problems, requests;
    before(async () => {
      server = await start_demo(kDemo, options);
    });
    after(() => server.stop());
    beforeEach(async () => {
      context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
      page = await context.newPage();
      problems = [];
      requests = [];
      page.on("pageerror", (error) => problems.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error" && !/status of 401/.test(message.text())) problems.push(message.text());
      });
      page.on("request", (request) => requests.push(request.url()));
    });
    afterEach(async () => {
      await context.close();
      assert.deepEqual(problems, []);
      const foreign = requests.filter((url) => !url.startsWith(server.url) && !url.startsWith("data:"));
      assert.deepEqual(foreign, []);
    });
    tests({
      page: () => page,
      url: () => server.url,
      requests: () => requests,
      open: async (path) => {
        await page.goto(server.url + path);
        await page.waitForSelector("form.sign-in-box");
        await sign_in(page);
      },
    });
  };
}

async function violations(page) {
  await page.evaluate(kAxe);
  const result = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }),
  );
  return result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
}

async function column(page, index) {
  return page.$$eval(`.table tbody tr:not(.filler) td:nth-child(${index})`, (cells) => cells.map((c) => c.innerText));
}

describe(
  "with a job that runs",
  with_demo(["--trial-ms", "5000"], ({ page: get, requests, open }) => {
    test("the list grows by itself, without asking again", async () => {
      const page = get();
      await open("/_console/");
      const done = () => page.locator(".job", { hasText: "xgboost-tuningjob" }).locator(".progress b").innerText();
      const first = Number((await done()).replace(",", ""));
      await page.waitForTimeout(300);
      const asked = requests().length;
      await page.waitForFunction(
        (n) => Number(document.querySelector(".job .progress b").innerText) > n,
        first,
        { timeout: 20_000 },
      );
      assert.equal(requests().length, asked);
    });

    test("a tuning job shows new trials as they come", async () => {
      const page = get();
      await open(kLive);
      await page.waitForSelector(".best-chart canvas");
      const rows = (await column(page, 1)).length;
      const asked = requests().length;
      await page.waitForFunction((n) => document.querySelectorAll(".table tbody tr").length > n, rows, {
        timeout: 20_000,
      });
      assert.equal(requests().length, asked);
    });

    test("a running training job's log grows by itself", async () => {
      const page = get();
      await open(kLive);
      await page.locator("tr", { hasText: "Running" }).first().locator("a").click();
      await page.waitForSelector(".log-line");
      const lines = await page.locator(".log-line").count();
      await page.waitForFunction((n) => document.querySelectorAll(".log-line").length > n, lines, { timeout: 20_000 });
    });

    test("a job stops after a confirmation, and signing out closes the console", async () => {
      const page = get();
      await open(kLive);
      await page.click("button:text-is('Stop')");
      await page.click("text=Stop the job");
      await page.waitForSelector(".view-head .badge-stopped", { timeout: 20_000 });
      await page.click("text=Sign out");
      await page.waitForSelector("form.sign-in-box");
      const status = await page.evaluate(() => fetch("/_console/api/tuning-jobs").then((r) => r.status));
      assert.equal(status, 401);
    });
  }),
);

describe(
  "with jobs",
  with_demo(["--trial-ms", "500"], ({ page: get, url, open }) => {
    test("an unsigned visit leads to the sign-in, and from there to what was asked for", async () => {
      const page = get();
      await page.goto(url() + "/");
      await page.waitForSelector("form.sign-in-box");
      await sign_in(page, "wrong");
      await page.waitForSelector("text=don't match");
      await sign_in(page);
      await page.waitForSelector(".job");
      assert.match(page.url(), /\/_console\/$/);
    });

    test("trials are sorted by the keyboard, and the address keeps the order", async () => {
      const page = get();
      await open(kDone);
      await page.waitForSelector(".table");
      await page.locator("th button", { hasText: "validation:auc" }).focus();
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter");
      assert.match(page.url(), /sort=-objective/);
      await page.reload();
      await page.waitForSelector(".table");
      const values = (await column(page, 3)).filter((v) => v !== "–").map(Number);
      assert.deepEqual(values, [...values].sort((a, b) => b - a));
      assert.match(await page.innerText(".tile-value"), new RegExp(String(values[0])));
    });

    test("the trials come as a file", async () => {
      const page = get();
      await open(kDone);
      const [download] = await Promise.all([page.waitForEvent("download"), page.click("text=Download CSV")]);
      assert.equal(download.suggestedFilename(), "direct-marketing-100-trials.csv");
      const lines = readFileSync(await download.path(), "utf8").trim().split("\r\n");
      assert.equal(lines.length, 101);
    });

    test("a click on a trial leads to its training job, and back", async () => {
      const page = get();
      await open(kDone);
      await page.click(".row-best a");
      await page.waitForSelector(".metric canvas");
      assert.equal(await page.locator(".tiles .accent").innerText(), await page.innerText(".metric-values .series-main b"));
      assert.ok((await page.locator(".log-line").count()) > 50);
      await page.goBack();
      await page.waitForSelector(".row-best");
    });

    test("a failure's reason and the log's last lines come first", async () => {
      const page = get();
      await open(kFailed);
      await page.waitForSelector(".notice");
      await page.click(".table tbody a");
      await page.waitForSelector(".notice pre");
      assert.match(await page.innerText(".notice"), /58 columns[\s\S]*line 812/);
    });

    test("no view has barriers that axe-core finds, light or dark", async () => {
      const page = get();
      await page.goto(url() + "/_console/");
      await page.waitForSelector("form.sign-in-box");
      for (const scheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme: scheme });
        assert.deepEqual(await violations(page), [], `sign-in, ${scheme}`);
      }
      await sign_in(page);
      await page.waitForSelector(".job");
      const training = await page.evaluate(async () => {
        const answer = await fetch("/_console/api/tuning-jobs/us-east-1/direct-marketing-broken/trials");
        return "/_console/training-jobs/us-east-1/" + (await answer.json()).trials[0].name;
      });
      for (const view of ["/_console/", kDone, kFailed, training, "/_console/nothing/here"]) {
        await page.goto(url() + view);
        await page.waitForSelector(".table, .job, .log-line, .blank");
        for (const scheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme: scheme });
          assert.deepEqual(await violations(page), [], `${view}, ${scheme}`);
        }
      }
    });

    test("nothing sticks out of a phone's screen", async () => {
      const page = get();
      await page.setViewportSize({ width: 360, height: 740 });
      await open("/_console/");
      for (const view of ["/_console/", kDone, kFailed]) {
        await page.goto(url() + view);
        await page.waitForSelector(".table, .job");
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(width <= 360, `${view} is ${width} wide`);
      }
    });

    test("a chosen theme stays", async () => {
      const page = get();
      await open("/_console/");
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await ground();
      await page.click("text=Auto");
      await page.click("text=Light");
      const dark = await ground();
      assert.notEqual(light, dark);
      await page.reload();
      await page.waitForSelector(".job");
      assert.equal(await ground(), dark);
    });

  }),
);

describe(
  "without jobs",
  with_demo(["--empty"], ({ page: get, open }) => {
    test("the page tells how to start, and its lines are copied by a click", async () => {
      const page = get();
      await open("/_console/");
      await page.waitForSelector(".empty");
      await page.locator(".snippet").first().locator("button").click();
      await page.waitForSelector("text=Copied");
      assert.deepEqual(await violations(page), []);
    });
  }),
);

describe(
  "with 10,000 trials",
  with_demo(["--large", "10000", "--trial-ms", "60000"], ({ page: get, open }) => {
    test("only rows in sight are drawn, and scrolling reaches the last one", async (t) => {
      const page = get();
      await open("/_console/tuning-jobs/us-west-2/large");
      await page.waitForSelector(".table");
      assert.equal(await page.getAttribute(".table", "aria-rowcount"), "10001");
      assert.ok((await page.locator(".table tbody tr").count()) < 100);
      await page.evaluate(() => {
        const frame = document.querySelector(".table-frame");
        frame.scrollTop = frame.scrollHeight;
      });
      await page.waitForSelector(".table tbody td:first-child a:text-is('1')");
      const sorting = await page.evaluate(async () => {
        const begin = performance.now();
        document.querySelectorAll("th button")[2].click();
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        return performance.now() - begin;
      });
      const heap = await page.evaluate(() => performance.memory?.usedJSHeapSize ?? 0);
      t.diagnostic(`sorting 10,000 trials: ${sorting.toFixed(0)} ms; heap ${(heap / 1e6).toFixed(0)} MB`);
    });
  }),
);
