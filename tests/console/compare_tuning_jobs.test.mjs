// SPDX-License-Identifier: Apache-2.0
//
// Tuning jobs side by side: chosen in the list, compared, live.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fits_a_phone, kLive, violations, with_demo } from "./harness.mjs";

const kIds = {
  done: "us-east-1/direct-marketing-100",
  live: "us-east-1/xgboost-tuningjob-24-21-54-06",
  other: "eu-central-1/churn-rmse-random",
  broken: "us-east-1/direct-marketing-broken",
};

function address(...ids) {
  return `/_console/compare?${ids.map((id) => `tuning-job=${encodeURIComponent(id)}`).join("&")}`;
}

/** How many pixels of a canvas have a colour of the style sheet. */
async function pixels_of(page, canvas, color) {
  return page.locator(canvas).first().evaluate((element, name) => {
    const hex = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const wanted = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
    const { data } = element.getContext("2d").getImageData(0, 0, element.width, element.height);
    let found = 0;
    for (let i = 0; i < data.length; i += 4) found += wanted.every((v, j) => Math.abs(data[i + j] - v) < 24) && data[i + 3] > 200;
    return found;
  }, color);
}

/** What stands in the first row of this name, and whether that is marked. */
async function cells(page, name) {
  const row = page.locator(".compare tbody tr", { has: page.locator(`.compare-name:text-is('${name}')`) }).first();
  return { texts: await row.locator("td").allInnerTexts(), differs: (await row.getAttribute("class")) === "differs" };
}

describe(
  "with jobs that have ended",
  with_demo(["--trial-ms", "40"], ({ page: get, url, open, forgive }) => {
    test("jobs chosen in the list by the keyboard lead to their comparison, and back with the choice", async () => {
      const page = get();
      await open("/_console/");
      for (const name of ["direct-marketing-100", "xgboost-tuningjob-24-21-54-06"]) {
        await page.getByRole("checkbox", { name: `Compare ${name}`, exact: true }).focus();
        await page.keyboard.press("Space");
      }
      await page.locator("a.button:has-text('Compare 2')").focus();
      await page.keyboard.press("Enter");
      await page.waitForSelector(".compare");
      assert.deepEqual(await page.locator(".compare thead a").allInnerTexts(), [kIds.done, kIds.live].map((id) => id.split("/")[1]));
      assert.equal(await page.innerText(".places [aria-current]"), "Tuning jobs");
      await page.goBack();
      await page.waitForSelector("a.button:has-text('Compare 2')");
      await page.click("text=Choose none");
      assert.equal(await page.locator(".job input:checked").count(), 0);
    });

    test("a job's own view leads to the list with it chosen", async () => {
      const page = get();
      await open(kLive);
      await page.click(".view-actions a:text-is('Compare')");
      await page.waitForSelector(".job");
      assert.ok(await page.getByRole("checkbox", { name: "Compare xgboost-tuningjob-24-21-54-06" }).isChecked());
      await page.getByRole("checkbox", { name: "Compare churn-rmse-random" }).check();
      assert.match(await page.getAttribute("a.button:has-text('Compare 2')", "href"), /tuning-job=us-east-1.*&tuning-job=eu-central-1/);
    });

    test("an address restores the comparison: curves are drawn, rows that differ are marked", async () => {
      const page = get();
      await open(address(kIds.done, kIds.live) + "&along=time");
      const chart = page.locator(".chart[aria-label^='Best validation:auc so far']");
      await chart.waitFor();
      assert.match(await chart.getAttribute("aria-label"), /direct-marketing-100 0\.77\d+ after 100 trials, xgboost-tuningjob\S+ 0\.7\d+ after \d+ trials/);
      assert.equal(await page.locator(".chart").count(), 1);
      for (const series of ["--series-0", "--series-1"]) assert.ok((await pixels_of(page, ".chart canvas", series)) > 50, series);
      assert.equal(await page.getByRole("button", { name: "By time" }).getAttribute("aria-pressed"), "true");
      assert.deepEqual(await cells(page, "Strategy"), { texts: ["Bayesian", "Bayesian"], differs: false });
      assert.deepEqual(await cells(page, "Trials at most"), { texts: ["100", "20"], differs: true });
      assert.equal((await cells(page, "Trials: completed")).differs, true);
      assert.equal((await cells(page, "eta")).differs, true);
      assert.deepEqual(await cells(page, "num_round"), { texts: ["100", "100"], differs: false });
      const best = await cells(page, "Best value");
      assert.equal(best.texts.filter((text) => text.includes("★")).length, 1);
      // The chart and the server agree on the best.
      const drawn = [...(await chart.getAttribute("aria-label")).matchAll(/ (\d\.\d+) after/g)].map((found) => found[1]);
      assert.deepEqual(best.texts.map((text) => text.replace("★", "").trim()), drawn);
      await page.locator(".compare td a", { hasText: /^Trial \d+$/ }).first().click();
      await page.waitForSelector(".log-line");
      assert.match(page.url(), /training-jobs\/us-east-1\/direct-marketing-100-/);
    });

    test("the curves go along trials or time, as the address says", async () => {
      const page = get();
      await open(address(kIds.done, kIds.live));
      await page.waitForSelector(".chart canvas");
      const drawn = () => page.$eval(".chart canvas", (canvas) => canvas.toDataURL());
      const before = await drawn();
      await page.getByRole("button", { name: "By time" }).click();
      await page.waitForFunction((old) => document.querySelector(".chart canvas").toDataURL() !== old, before);
      assert.match(page.url(), /along=time/);
      await page.hover(".chart .u-over", { position: { x: 300, y: 100 } });
      await page.waitForSelector(".metric figcaption:has-text('after')");
    });

    test("jobs with different objectives are told apart, each objective with a chart of its own", async () => {
      const page = get();
      await open(address(kIds.done, kIds.other, kIds.broken));
      await page.waitForSelector(".chart canvas");
      assert.match(await page.innerText(".notice"), /different objectives[\s\S]*validation:auc, higher[\s\S]*validation:rmse, lower/);
      assert.equal(await page.locator(".chart").count(), 2);
      assert.deepEqual((await cells(page, "Best value")).texts.filter((text) => text.includes("★")), []);
      assert.deepEqual(await cells(page, "Objective"), {
        texts: ["Maximize validation:auc", "Minimize validation:rmse", "Maximize validation:auc"],
        differs: true,
      });
      await page.getByRole("button", { name: "Leave out churn-rmse-random" }).click();
      await page.waitForSelector("text=Compare 2 tuning jobs");
      assert.equal(await page.locator(".notice").count(), 0);
      assert.ok(!page.url().includes("churn"));
    });

    test("a job that is not there is told, and the others are shown", async () => {
      const page = get();
      await open(address(kIds.done, "us-east-1/gone"));
      await page.waitForSelector(".compare");
      assert.match(await page.innerText(".notice"), /gone/);
      assert.deepEqual(await page.locator(".compare thead a").allInnerTexts(), ["direct-marketing-100"]);
      forgive(/status of 404/);
    });

    test("no barriers that axe-core finds, light or dark, and nothing sticks out of a phone's screen", async () => {
      const page = get();
      const all = address(...Object.values(kIds));
      await open(all);
      const chosen = `/_console/?compare=${Object.values(kIds).join(",")}`;
      for (const view of [all, chosen]) {
        await page.goto(url() + view);
        await page.waitForSelector(".compare, .job input:checked");
        for (const scheme of ["light", "dark"]) {
          await page.emulateMedia({ colorScheme: scheme });
          assert.deepEqual(await violations(page), [], `${view}, ${scheme}`);
        }
        await fits_a_phone(page, view);
        await page.setViewportSize({ width: 1360, height: 900 });
      }
    });
  }),
);

describe(
  "with a job that runs",
  with_demo(["--trial-ms", "4000"], ({ page: get, open }) => {
    test("its curve and figures move", async () => {
      const page = get();
      await open(address(kIds.done, kIds.live));
      await page.waitForSelector(".compare .badge-inprogress");
      const label = () => page.getAttribute(".chart", "aria-label");
      const before = { label: await label(), completed: (await cells(page, "Trials: completed")).texts[1] };
      await page.waitForFunction((old) => document.querySelector(".chart").getAttribute("aria-label") !== old, before.label);
      await page.waitForFunction(
        (old) => [...document.querySelectorAll(".compare tr")].find((row) => row.innerText.startsWith("Trials: completed")).cells[2].innerText !== old,
        before.completed,
      );
    });
  }),
);
