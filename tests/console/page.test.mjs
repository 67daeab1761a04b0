// SPDX-License-Identifier: Apache-2.0
//
// The console's page in a real browser over console_demo: what concerns all views.
//   CONSOLE_DEMO=build/console_demo node --test "tests/console/*.test.mjs"
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { column, fits_a_phone, kBroken, kDone, kLive, sign_in, violations, with_demo } from "./harness.mjs";

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
      await open(kLive + "/trials");
      await page.waitForSelector(".table");
      const rows = (await column(page, 1)).length;
      const asked = requests().length;
      await page.waitForFunction((n) => document.querySelectorAll(".table tbody tr").length > n, rows, {
        timeout: 20_000,
      });
      assert.equal(requests().length, asked);
    });

    test("a running training job's log grows by itself", async () => {
      const page = get();
      await open(kLive + "/trials");
      await page.locator("tr", { hasText: "Running" }).first().locator("a").click();
      await page.waitForSelector(".log-line");
      const lines = await page.locator(".log-line").count();
      await page.waitForFunction((n) => document.querySelectorAll(".log-line").length > n, lines, { timeout: 20_000 });
    });

    test("a running training job's use of the processor grows by itself, with its unit", async () => {
      const page = get();
      await open(kLive + "/trials");
      await page.locator("tr", { hasText: "Running" }).first().locator("a").click();
      const chart = page.locator("[aria-label^='CPU over']");
      await chart.waitFor();
      const label = await chart.getAttribute("aria-label");
      await page.waitForFunction(
        (text) => document.querySelector("[aria-label^='CPU over']").getAttribute("aria-label") !== text,
        label,
        { timeout: 20_000 },
      );
      assert.match(await page.innerText(".card:has([aria-label^='CPU over'])"), /CPU[\s\S]*at most \d[\d.]* %[\s\S]*Memory/);
    });

    test("a job stops after a confirmation, and signing out closes the console", async () => {
      const page = get();
      await open(kLive);
      await page.click("button:text-is('Stop')");
      await page.waitForSelector("dialog[open]");
      for (const scheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme: scheme });
        assert.deepEqual(await violations(page), [], `the dialog, ${scheme}`);
      }
      await page.keyboard.press("Escape");
      await page.waitForSelector("dialog", { state: "detached" });
      assert.equal(await page.evaluate(() => document.activeElement.innerText), "Stop");
      await page.keyboard.press("Enter");
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
      await open(kDone + "/trials");
      await page.waitForSelector(".table");
      await page.locator("th button", { hasText: "validation:auc" }).focus();
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter");
      assert.match(page.url(), /sort=-objective/);
      await page.reload();
      await page.waitForSelector(".table");
      const values = (await column(page, 4)).filter((v) => v !== "–").map(Number);
      assert.deepEqual(values, [...values].sort((a, b) => b - a));
      assert.match(await page.innerText(".tile-value"), new RegExp(String(values[0])));
    });

    test("the trials come as a file", async () => {
      const page = get();
      await open(kDone + "/trials");
      const [download] = await Promise.all([page.waitForEvent("download"), page.click("text=Download CSV")]);
      assert.equal(download.suggestedFilename(), "direct-marketing-100-trials.csv");
      const lines = readFileSync(await download.path(), "utf8").trim().split("\r\n");
      assert.equal(lines.length, 101);
      const [table] = await Promise.all([page.waitForEvent("download"), page.click("text=Parquet")]);
      assert.equal(table.suggestedFilename(), "direct-marketing-100-trials.parquet");
      assert.equal(readFileSync(await table.path(), "latin1").slice(0, 4), "PAR1");
    });

    test("a click on a trial leads to its training job, and back", async () => {
      const page = get();
      await open(kDone + "/trials?sort=-objective");
      await page.click(".row-best a");
      await page.waitForSelector(".metric canvas");
      assert.equal(await page.locator(".tiles .accent").innerText(), await page.innerText(".metric-values .series-main b"));
      assert.ok((await page.locator(".log-line").count()) > 50);
      await page.goBack();
      await page.waitForSelector(".row-best");
    });

    test("a failure's reason and the log's last lines come first", async () => {
      const page = get();
      await open(kBroken + "/trials");
      await page.waitForSelector(".notice");
      await page.click(".table tbody a");
      await page.waitForSelector(".notice pre");
      assert.match(await page.innerText(".notice"), /58 columns[\s\S]*line 812/);
    });

    test("a job that failed says what its trials failed with", async () => {
      const page = get();
      await open(kBroken);
      await page.waitForSelector(".notice-reason");
      assert.match(await page.innerText(".notice"), /5 of 5 trials failed with\s+AlgorithmError/);
    });

    test("a job that failed waits for nothing", async () => {
      const page = get();
      await open(kBroken);
      for (const view of ["", "/trials", "/parameters", "/setup"]) {
        await page.goto(url() + kBroken + view);
        await page.waitForSelector(".tiles");
        await page.waitForTimeout(300);
        const text = await page.innerText("main");
        assert.doesNotMatch(text, /\byet\b|on its way|a few more|being made/, view);
        assert.match(text, /no trial has a value/);
      }
    });

    test("a long value stays within its card", async () => {
      const page = get();
      await open("/_console/tuning-jobs/eu-central-1/churn-rmse-random");
      await page.waitForSelector(".side-column .choice-on");
      const wide = await page.$$eval(".side-column .card", (cards) =>
        cards.flatMap((card) => {
          const right = card.getBoundingClientRect().right;
          return [...card.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > right + 0.5).map((e) => e.className);
        }),
      );
      assert.deepEqual(wide, []);
      assert.match(await page.getAttribute(".choice-on >> nth=-1", "title"), /account_manager/);
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
      for (const view of ["/_console/", kDone, kBroken, training, "/_console/nothing/here"]) {
        await page.goto(url() + view);
        await page.waitForSelector(".tab, .job, .log-line, .blank");
        for (const scheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme: scheme });
          assert.deepEqual(await violations(page), [], `${view}, ${scheme}`);
        }
      }
    });

    test("the first view weighs less than 200 KB, and its policy allows nothing inline", async (t) => {
      const page = get();
      const answers = [];
      page.on("response", (response) => answers.push(response));
      await open("/_console/");
      await page.waitForSelector(".job");
      let weight = 0;
      for (const answer of answers) {
        if (answer.url().includes("/_console/api/")) continue;
        weight += (await answer.request().sizes()).responseBodySize;
      }
      assert.ok(weight > 10_000 && weight <= 200_000, `${weight} bytes`);
      t.diagnostic(`${weight} bytes as they were sent`);
      const policy = await answers[0].headerValue("content-security-policy");
      assert.match(policy, /default-src 'none'/);
      assert.doesNotMatch(policy, /unsafe|\*|https?:/);
    });

    test("the first view is painted", async (t) => {
      const page = get();
      await open("/_console/");
      await page.waitForSelector(".job");
      await page.reload();
      await page.waitForSelector(".job");
      const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0].startTime);
      t.diagnostic(`first paint after ${paint.toFixed(0)} ms`);
    });

    test("nothing sticks out of a phone's screen", async () => {
      const page = get();
      await page.setViewportSize({ width: 360, height: 740 });
      await open("/_console/");
      for (const view of ["/_console/", kDone, kBroken]) {
        await page.goto(url() + view);
        await page.waitForSelector(".tab, .job");
        await fits_a_phone(page, view);
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
