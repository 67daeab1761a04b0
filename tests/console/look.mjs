// SPDX-License-Identifier: Apache-2.0
//
// Takes pictures of the console's views over console_demo, to be looked at:
//   node tests/console/look.mjs build/console_demo FOLDER
import { mkdirSync } from "node:fs";
import { open_browser, sign_in, start_demo } from "./harness.mjs";

const [demo, folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const kLooks = [
  { name: "light", width: 1360, height: 900, scheme: "light" },
  { name: "dark", width: 1360, height: 900, scheme: "dark" },
  { name: "phone", width: 390, height: 844, scheme: "light" },
];

async function pictures(server, names) {
  for (const look of kLooks) {
    const browser = await open_browser();
    const context = await browser.newContext({
      viewport: { width: look.width, height: look.height },
      colorScheme: look.scheme,
    });
    const page = await context.newPage();
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().includes("401")) console.log("browser:", message.text());
    });
    const shot = async (name) => {
      await page.waitForTimeout(400);
      await page.screenshot({ path: `${folder}/${name}-${look.name}.png`, fullPage: true });
    };
    await page.goto(server.url + "/");
    await page.waitForSelector("form");
    if (names.includes("sign-in")) await shot("sign-in");
    await sign_in(page);
    if (names.includes("empty")) {
      await page.waitForSelector(".empty");
      await shot("empty");
    }
    if (names.includes("jobs")) {
      await page.waitForSelector(".job");
      await shot("jobs");
      await page.click("text=direct-marketing-100");
      await page.waitForSelector(".best-chart canvas");
      await shot("tuning-job");
      await page.goto(server.url + "/_console/tuning-jobs/us-east-1/xgboost-tuningjob-24-21-54-06");
      await page.waitForSelector(".best-chart canvas");
      await page.hover(".best-chart .u-over", { position: { x: 60, y: 120 } });
      await shot("tuning-job-live");
      await page.click(".table tbody tr:last-child a");
      await page.waitForSelector(".metric canvas");
      await shot("training-job");
      await page.goto(server.url + "/_console/tuning-jobs/us-east-1/direct-marketing-broken");
      await page.waitForSelector(".table");
      await shot("tuning-job-failed");
      await page.click(".table tbody a");
      await page.waitForSelector(".notice pre");
      await shot("training-job-failed");
    }
    await browser.close();
  }
}

const server = await start_demo(demo, ["--trial-ms", "4000"]);
const empty = await start_demo(demo, ["--empty"]);
try {
  await pictures(empty, ["sign-in", "empty"]);
  await new Promise((resolve) => setTimeout(resolve, 4000));
  await pictures(server, ["jobs"]);
} finally {
  server.stop();
  empty.stop();
}
