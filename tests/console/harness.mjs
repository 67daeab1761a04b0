// SPDX-License-Identifier: Apache-2.0
//
// Starts console_demo and a browser for the tests of the page.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, afterEach, before, beforeEach } from "node:test";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const kDemo = process.env.CONSOLE_DEMO ?? "build/console_demo";
const kAxe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Jobs of console_demo.
export const kLive = "/_console/tuning-jobs/us-east-1/xgboost-tuningjob-24-21-54-06";
export const kDone = "/_console/tuning-jobs/us-east-1/direct-marketing-100";
export const kBroken = "/_console/tuning-jobs/us-east-1/direct-marketing-broken";

/** Resolves when it listens: {url, stop()}. */
export function start_demo(program, options = []) {
  const child = spawn(program, options, { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`console_demo ended with ${code}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /^listening on (http:\S+)$/.exec(line);
      if (found) resolve({ url: found[1], stop: () => child.kill("SIGTERM"), key: undefined, secret: undefined });
    });
  });
}

const kProgram = process.env.TUNESMITH ?? "build/tunesmith";

/** A server with nothing in it: {url, key, secret, folder, run(arguments), stop()}. */
export function start_server() {
  const folder = mkdtempSync(join(tmpdir(), "console-server-"));
  const data = join(folder, "data");
  const child = spawn(kProgram, ["serve", "--data-dir", data, "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const run = (...words) => {
    const done = spawnSync(kProgram, [words[0], "--data-dir", data, ...words.slice(1)], { encoding: "utf8" });
    assert.equal(done.status, 0, `tunesmith ${words.join(" ")}: ${done.stderr}`);
    return done.stdout;
  };
  const stop = () =>
    new Promise((resolve) => {
      child.removeAllListeners("exit");
      child.on("exit", () => {
        rmSync(folder, { recursive: true, force: true });
        resolve();
      });
      child.kill("SIGTERM");
    });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`tunesmith serve ended with ${code}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /^listening on (http:\S+)$/.exec(line);
      if (!found) return;
      const keys = readFileSync(join(data, "credentials"), "utf8");
      const value = (name) => new RegExp(`^${name}\\s*=\\s*(.*)$`, "m").exec(keys)[1].trim();
      resolve({
        url: found[1],
        key: value("aws_access_key_id"),
        secret: value("aws_secret_access_key"),
        folder,
        data,
        run,
        stop,
      });
    });
  });
}

/** Writes training data in which the label follows from two of four columns; returns the file's path. */
export function write_training_data(folder, name, rows) {
  let state = 7;
  const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
  const lines = Array.from({ length: rows }, () => {
    const [a, b, c, d] = [random(), random(), random(), random()];
    return `${a + b * b + 0.3 * random() > 0.9 ? 1 : 0},${[a, b, c, d].map((v) => v.toFixed(4)).join(",")}`;
  });
  const path = join(folder, name);
  writeFileSync(path, lines.join("\n") + "\n");
  return path;
}

const kArguments = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A browser with a profile of its own, which goes when it is closed. */
export async function open_browser() {
  const profile = mkdtempSync(join(tmpdir(), "console-browser-"));
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: kArguments,
    env: { ...process.env, HOME: profile },
  });
  browser.on("disconnected", () => rmSync(profile, { recursive: true, force: true }));
  return browser;
}

export async function sign_in(page, secret = "demo-secret", id = "AKIADEMO") {
  await page.fill("input[name=access-key-id]", id);
  await page.fill("input[name=secret-access-key]", secret);
  await page.click("button[type=submit]");
  if (secret !== "wrong") await page.waitForSelector("main.content");
}

/** Pages of one server, each checked for errors, broken policies and foreign requests when it is done. */
export function with_demo(options, tests) {
  return with_pages(() => start_demo(kDemo, options), tests);
}

/** The same over the real server, with a data directory of its own. */
export function with_server(tests) {
  return with_pages(start_server, tests);
}

function with_pages(start, tests) {
  return () => {
    let server, browser, context, page, problems, requests;
    before(async () => {
      browser = await open_browser();
      server = await start();
    });
    after(async () => {
      await browser.close();
      await server.stop();
    });
    beforeEach(async () => {
      context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
      page = await context.newPage();
      page.setDefaultTimeout(25_000);
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
      /** What the browser complains of that a test provoked. */
      forgive: (pattern) => (problems = problems.filter((problem) => !pattern.test(problem))),
      open: async (path) => {
        await page.goto(server.url + path);
        await page.waitForSelector("form.sign-in-box");
        await sign_in(page, server.secret, server.key);
      },
      server: () => server,
    });
  };
}

const sessions = new WeakMap();

/** Processor seconds that the page's main thread has used: what an interaction costs, however busy the machine is. */
export async function processor_seconds(page) {
  let session = sessions.get(page);
  if (!session) {
    session = await page.context().newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    sessions.set(page, session);
  }
  const { metrics } = await session.send("Performance.getMetrics");
  return metrics.find((m) => m.name === "TaskDuration").value;
}

/** What axe-core finds against WCAG 2.1 AA. */
export async function violations(page) {
  await page.evaluate(kAxe);
  const result = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }),
  );
  return result.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(" ")).join(", ")}`);
}

/** Narrows the page to a phone's width; nothing may stick out of it once it has settled. */
export async function fits_a_phone(page, what) {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.waitForTimeout(100);
  const width = () => page.evaluate(() => document.documentElement.scrollWidth);
  for (let tries = 0; tries < 50 && (await width()) > 360; ++tries) await page.waitForTimeout(100);
  assert.ok((await width()) <= 360, `${what} is ${await width()} wide`);
}

/** The texts of a column of the table. */
export async function column(page, index) {
  return page.$$eval(`.table tbody tr:not(.filler) td:nth-child(${index})`, (cells) => cells.map((c) => c.innerText));
}
