// SPDX-License-Identifier: Apache-2.0
//
// The console over the real server: training jobs, logs, comparison, data, sign-in by link.
//   TUNESMITH=build/tunesmith node --test tests/console/server.test.mjs
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { fits_a_phone, violations, with_server, write_training_data } from "./harness.mjs";

const kNotebook = join(process.env.TUNESMITH_DEPS_DIR ?? ".deps", "notebook/bin");
const kIpython = join(kNotebook, "ipython");
const kPython = join(kNotebook, "python");

describe(
  "a server with a tuning job",
  with_server(({ page: get, url, open, server }) => {
    let trials;
    before(() => {
      const { folder, run } = server();
      const train = write_training_data(folder, "train.csv", 400);
      const validation = write_training_data(folder, "validation.csv", 200);
      run(
        ...["tune", "--name", "small", "--train", train, "--validation", validation, "--objective", "validation:auc"],
        ...["--range", "eta=0.05..1", "--range", "max_depth=1..6", "--set", "num_round=12", "--jobs", "8", "--json"],
      );
    });

    test("trials are listed when they are asked for, and are compared side by side", async () => {
      const page = get();
      await open("/_console/training-jobs");
      await page.waitForSelector("text=No training job outside tuning jobs yet.");
      await page.click("text=Trials of tuning jobs, too");
      await page.waitForSelector(".table tbody tr");
      trials = await page.$$eval(".table tbody a", (links) => links.map((a) => a.innerText));
      assert.equal(trials.length, 8);
      for (const i of [0, 1, 2]) await page.locator(".table tbody input").nth(i).check();
      await page.click("a.button:has-text('Compare 3')");
      await page.waitForSelector(".compare");
      assert.equal(await page.locator(".compare thead th").count(), 3);
      assert.ok((await page.locator(".differs .compare-name", { hasText: "eta" }).count()) === 1);
      assert.ok((await page.locator(".metric canvas").count()) >= 1);
      for (const scheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme: scheme });
        assert.deepEqual(await violations(page), [], `compare, ${scheme}`);
      }
    });

    test("a log is searched on the server and comes as a file; the model, too", async () => {
      const page = get();
      await open(`/_console/training-jobs/us-east-1/${trials[0]}`);
      await page.waitForSelector(".log-line");
      await page.fill("input[aria-label='Search the log']", "VALIDATION-AUC");
      await page.waitForSelector("mark");
      assert.equal(await page.locator(".log-line").count(), 12);
      const [log] = await Promise.all([page.waitForEvent("download"), page.click(".card[aria-label=Log] a:has-text('Download')")]);
      assert.equal(log.suggestedFilename(), `${trials[0]}.log`);
      assert.match(readFileSync(await log.path(), "utf8"), /^\d{4}-\d\d-\d\dT.*validation-auc/m);
      const [model] = await Promise.all([page.waitForEvent("download"), page.click("text=Download model")]);
      assert.equal(model.suggestedFilename(), "model.tar.gz");
      assert.deepEqual([...readFileSync(await model.path()).subarray(0, 2)], [0x1f, 0x8b]);
      assert.deepEqual(await violations(page), []);
    });

    test("data is browsed, shown, uploaded and downloaded", async () => {
      const page = get();
      await open("/_console/data");
      await page.click("text=sagemaker-us-east-1-123456789012");
      for (const folder of ["tune/", "small/", "train/"]) await page.click(`.entries a:text-is('${folder}')`);
      await page.click(".entries a:text-is('train.csv')");
      await page.waitForSelector(".sheet td");
      assert.equal(await page.locator(".sheet tr").first().locator("td").count(), 5);
      assert.deepEqual(await violations(page), []);
      const file = join(server().folder, "notes é.txt");
      writeFileSync(file, "hello");
      await page.setInputFiles("input[type=file]", file);
      await page.click(".entries a:text-is('notes é.txt')");
      await page.waitForSelector(".code:has-text('hello')");
      const [download] = await Promise.all([page.waitForEvent("download"), page.click(".card-aside a:has-text('Download')")]);
      assert.equal(readFileSync(await download.path(), "utf8"), "hello");
      await page.click(".card-aside button:has-text('Delete')");
      await page.click("dialog button:text-is('Delete')");
      await page.waitForFunction(() => ![...document.querySelectorAll(".entries a")].some((a) => a.innerText.startsWith("notes")));
    });

    test("the next job is copied as code that the service takes", async (t) => {
      const page = get();
      await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
      await open("/_console/tuning-jobs/us-east-1/small/parameters");
      await page.click("button:has-text('Copy the next job')");
      await page.waitForSelector("text=Copied");
      const code = await page.evaluate(() => navigator.clipboard.readText());
      assert.match(code, /"small-next"/);
      // The algorithm takes no eta above 1: nothing advises it.
      assert.doesNotMatch(await page.innerText(".hints"), /upper end of eta/);
      if (!existsSync(kPython)) return t.diagnostic("no boto3: the code was not run");
      const env = JSON.parse(server().run("env", "--format", "json"));
      const done = spawnSync(kPython, ["-c", code], { encoding: "utf8", env: { ...process.env, ...env } });
      assert.equal(done.status, 0, done.stderr);
      assert.match(server().run("jobs", "--names"), /^small-next$/m);
      server().run("watch", "small-next");
      await page.goto(url() + "/_console/tuning-jobs/us-east-1/small-next/setup");
      await page.waitForSelector(".code:has-text('IdenticalDataAndAlgorithm')");
      await page.click(".view-actions button:has-text('Delete')");
      await page.click("dialog button:text-is('Delete the job')");
      await page.waitForSelector(".job");
      return undefined;
    });

    test("no view sticks out of a phone's screen", async () => {
      const page = get();
      await page.setViewportSize({ width: 360, height: 740 });
      await open("/_console/");
      for (const view of ["", "training-jobs?trials=1", "data", `training-jobs/us-east-1/${trials[0]}`, `compare?job=us-east-1/${trials[0]}&job=us-east-1/${trials[1]}`]) {
        await page.goto(`${url()}/_console/${view}`);
        await page.waitForSelector(".job, .table, .entries, .log-line");
        await fits_a_phone(page, view);
      }
    });

    test("a link from the command line signs in once, and leaves no trace in the address", async () => {
      const page = get();
      const { url: link } = JSON.parse(server().run("console", "--json"));
      await page.goto(link);
      await page.waitForSelector(".job");
      assert.doesNotMatch(page.url(), /sign-in/);
      await page.click("text=Sign out");
      await page.waitForSelector("form.sign-in-box");
      await page.goto("about:blank");
      await page.goto(link);
      await page.waitForSelector("text=this link is no longer good");
    });

    test("a deleted tuning job goes from the list, after a confirmation", async (t) => {
      const page = get();
      await open("/_console/");
      await page.waitForSelector(".job");
      await page.click(".job-actions button:has-text('Delete')");
      await page.click("dialog button:text-is('Cancel')");
      assert.equal(await page.locator(".job").count(), 1);
      await page.click(".job-actions button:has-text('Delete')");
      await page.click("dialog button:text-is('Delete the job')");
      await page.waitForSelector(".empty");
      const lines = await page.locator(".snippet pre").first().innerText();
      assert.match(lines, new RegExp(`env --format ipython --data-dir ${server().data}`));
      // The lines after the installation do in a kernel what the command prints.
      if (!existsSync(kIpython)) return t.diagnostic("no IPython: the lines were not run");
      const script = join(server().folder, "lines.ipy");
      writeFileSync(script, lines.split("\n").slice(1).join("\n") + "\nimport os\nprint('RESULT', os.environ['AWS_ENDPOINT_URL'])\n");
      const done = spawnSync(kIpython, ["--no-banner", script], { encoding: "utf8", env: { ...process.env, IPYTHONDIR: server().folder } });
      assert.match(done.stdout, new RegExp(`RESULT ${url()}`), done.stderr + done.stdout);
      return undefined;
    });
  }),
);
