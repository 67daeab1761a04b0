// SPDX-License-Identifier: Apache-2.0
//
// Starts console_demo and a browser for the tests of the page.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

/** Resolves when it listens: {url, stop()}. */
export function start_demo(program, options = []) {
  const child = spawn(program, options, { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`console_demo ended with ${code}`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = /^listening on (http:\S+)$/.exec(line);
      if (found) resolve({ url: found[1], stop: () => child.kill("SIGTERM") });
    });
  });
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

export async function sign_in(page, secret = "demo-secret") {
  await page.fill("input[name=access-key-id]", "AKIADEMO");
  await page.fill("input[name=secret-access-key]", secret);
  await page.click("button[type=submit]");
  if (secret === "demo-secret") await page.waitForSelector("main.content");
}
