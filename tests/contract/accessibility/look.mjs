// What a browser sees of pages: `node look.mjs CHROMIUM PROFILE PAGE...` prints one JSON object for each page.
import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const [executablePath, profile, ...pages] = process.argv.slice(2);
const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];
const quiet = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
const browser = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args: quiet });

for (const path of pages) {
  const page = await browser.newPage();
  const fetched = [], said = [];
  page.on("request", (each) => fetched.push(each.url()));
  page.on("console", (each) => said.push(each.text()));
  page.on("pageerror", (each) => said.push(String(each)));
  await page.goto(`file://${path}`);
  const wide = {};
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    wide[width] = await page.evaluate(() => document.documentElement.scrollWidth);
    await page.screenshot({ path: `${path}.${width}.png`, fullPage: true });
  }
  await page.keyboard.press("Tab");
  const first = await page.evaluate(() => document.activeElement.textContent.trim());
  await page.evaluate(axe);
  const found = await page.evaluate((tags) => axe.run(document, { runOnly: tags }), rules);
  const violations = found.violations.flatMap((each) => each.nodes.map((node) => `${each.id}: ${node.html}`));
  const unsure = found.incomplete.map((each) => each.id);
  console.log(JSON.stringify({ violations, unsure, passed: found.passes.length, wide, first, fetched, said }));
  await page.close();
}
await browser.close();
