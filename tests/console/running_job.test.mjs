// SPDX-License-Identifier: Apache-2.0
//
// Every view over the real server while a real tuning job runs: it is there, it moves, it has no
// barriers (light and dark), and nothing sticks out of a phone's screen.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { before, describe, test } from "node:test";
import { fits_a_phone, violations, with_server, write_training_data } from "./harness.mjs";

const kProgram = process.env.TUNESMITH ?? "build/tunesmith";
const kName = "running";
const kJob = `tuning-jobs/us-east-1/${kName}`;

describe(
  "while a tuning job runs",
  with_server(({ page: get, url, open, server }) => {
    let tune;
    const ask = (page, path) => page.evaluate((at) => fetch(`/_console/api/${at}`).then((r) => r.json()), path);
    const done = async (page) => (await ask(page, kJob)).trials.completed;
    before(() => {
      const { folder, data } = server();
      const train = write_training_data(folder, "train.csv", 2000);
      const validation = write_training_data(folder, "validation.csv", 500);
      // More trials than the tests take time for; the job is stopped at the end.
      tune = spawn(
        kProgram,
        [
          ...["tune", "--data-dir", data, "--name", kName, "--train", train, "--validation", validation],
          ...["--objective", "validation:auc", "--range", "eta=0.01..1", "--range", "max_depth=1..8"],
          ...["--range", "alpha=1e-3..10:log", "--set", "num_round=1500", "--jobs", "700", "--parallel", "2", "--json"],
        ],
        { stdio: "ignore" },
      );
    });
    /** The view, once enough trials are done for it; then what is asked of every view. */
    async function check(page, path, selector) {
      await page.goto(`${url()}/_console/${path}`);
      await page.waitForSelector(selector);
      for (const scheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme: scheme });
        assert.deepEqual(await violations(page), [], `${path}, ${scheme}`);
      }
      await fits_a_phone(page, path);
      await page.setViewportSize({ width: 1360, height: 900 });
    }

    async function enough(page, count) {
      await page.waitForFunction(
        ([at, n]) => fetch(`/_console/api/${at}`).then((r) => r.json()).then((job) => job.trials?.completed >= n),
        [kJob, count],
        { polling: 300, timeout: 60_000 },
      );
    }

    test("the list of tuning jobs", async () => {
      const page = get();
      await open("/_console/");
      await enough(page, 2);
      await check(page, "", ".job .badge-inprogress");
    });

    test("overview", async () => {
      const page = get();
      await open("/_console/");
      await enough(page, 3);
      await check(page, kJob, "canvas[aria-label*='slots']");
      assert.match(await page.innerText(".view-head"), /Running/);
      const before = await done(page);
      await page.waitForFunction(
        (n) => Number(document.querySelector(".tile .progress b").innerText) > n,
        before,
        { timeout: 30_000 },
      );
    });

    test("hyperparameters", async () => {
      const page = get();
      await open("/_console/");
      await enough(page, 8);
      await check(page, `${kJob}/parameters`, "canvas[aria-label^='Predicted']");
    });

    test("trials", async () => {
      const page = get();
      await open("/_console/");
      await check(page, `${kJob}/trials`, ".table .badge-completed");
      await page.waitForSelector(".table .badge-inprogress");
    });

    test("setup", async () => {
      const page = get();
      await open("/_console/");
      await check(page, `${kJob}/setup`, ".code:has-text('create_hyper_parameter_tuning_job')");
    });

    test("training jobs, one that has ended, and comparisons of training jobs and of tuning jobs", async () => {
      const page = get();
      await open("/_console/");
      await enough(page, 3);
      await check(page, "training-jobs?trials=1", ".table tbody tr");
      const trials = (await ask(page, `${kJob}/trials`)).trials.filter((t) => t.status === "Completed").map((t) => t.name);
      await check(page, `training-jobs/us-east-1/${trials[0]}`, ".log-line");
      assert.match(await page.innerText(".card:has(h2:text-is('Resources'))"), /CPU[\s\S]*\d %[\s\S]*Memory/);
      assert.doesNotMatch(await page.innerText(".card:has(h2:text-is('Metrics'))"), /Utilization/);
      await check(page, `compare?job=us-east-1/${trials[0]}&job=us-east-1/${trials[1]}`, ".compare");
      await check(page, `compare?tuning-job=us-east-1/${kName}`, ".compare .badge-inprogress");
      const label = () => page.getAttribute(".chart", "aria-label");
      const before = await label();
      await page.waitForFunction((old) => document.querySelector(".chart").getAttribute("aria-label") !== old, before);
    });

    test("data", async () => {
      const page = get();
      await open("/_console/");
      await check(page, "data", "text=sagemaker-us-east-1-123456789012");
      await check(page, `data/sagemaker-us-east-1-123456789012?prefix=tune/${kName}/`, ".entries");
    });

    test("the job still runs after all that, and stops when it is told to", async () => {
      const page = get();
      await open("/_console/");
      assert.equal((await ask(page, kJob)).status, "InProgress");
      const ended = new Promise((resolve) => tune.on("exit", resolve));
      server().run("stop", kName);
      await ended;
      await page.waitForSelector(".job .badge-stopped");
    });
  }),
);
