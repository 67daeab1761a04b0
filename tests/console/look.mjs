// SPDX-License-Identifier: Apache-2.0
//
// Takes pictures of the console's views, to be looked at:
//   node tests/console/look.mjs URL FOLDER ACCESS_KEY_ID SECRET NAME=PATH ...
// For each NAME three pictures: light, dark, phone (of which only the first screen). "NAME=PATH@SELECTOR" waits for the selector, "NAME=PATH@SELECTOR@X,Y"
// then points at that place of it.
import { mkdirSync } from "node:fs";
import { open_browser, sign_in } from "./harness.mjs";

const [url, folder, key, secret, ...views] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });

const kLooks = [
  { name: "light", width: 1440, height: 900, scheme: "light" },
  { name: "dark", width: 1440, height: 900, scheme: "dark" },
  { name: "phone", width: 390, height: 844, scheme: "light" },
];
const only = process.env.LOOKS?.split(",");

const browser = await open_browser();
for (const look of kLooks.filter((l) => !only || only.includes(l.name))) {
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.scheme,
    deviceScaleFactor: look.name === "phone" ? 2 : 1,
  });
  const page = await context.newPage();
  page.on("pageerror", (error) => console.log("page:", String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("401")) console.log("browser:", message.text());
  });
  await page.goto(url + "/_console/");
  if (key !== "") await sign_in(page, secret, key);
  for (const view of views) {
    const [name, rest] = [view.slice(0, view.indexOf("=")), view.slice(view.indexOf("=") + 1)];
    const [path, selector = "main, form", at] = rest.split("@");
    await page.goto(url + path);
    await page.waitForSelector(selector);
    await page.waitForTimeout(900);
    // Charts are drawn when they come into sight, and stay.
    for (let y = 0; y < (await page.evaluate(() => document.documentElement.scrollHeight)); y += look.height) {
      await page.evaluate((top) => window.scrollTo(0, top), y);
      await page.waitForTimeout(120);
    }
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.waitForTimeout(200);
    if (at) {
      const [x, y] = at.split(",").map(Number);
      await page.hover(selector, { position: { x, y } });
      await page.waitForTimeout(150);
    }
    await page.screenshot({ path: `${folder}/${name}-${look.name}.png`, fullPage: look.name !== "phone" });
  }
  await context.close();
}
await browser.close();
