/**
 * Takes the pictures of docs/images/dashboard/, one of each page, from the executable in dist/ with the data of sample/:
 *
 *     node_modules/.bin/bun tests/dashboard/screenshots.ts [FOLDER] [light|dark]
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";
import { BROWSER_ARGUMENTS, CHROMIUM } from "../support/browser.ts";
import { IMAGES, imageOf, MORE_PICTURES } from "./image-of.ts";
import { pagePaths } from "./page-list.ts";
import { addressOf, openSampleServer, PASSWORD, type SampleServer } from "./sample/sample-server.ts";
import { settled } from "./sample/settled.ts";

/** Of WebP, 0 to 100. Text stays sharp, and each picture is under 120 kB. */
const QUALITY = 80;

async function takePictures(folder: string, colorScheme: "light" | "dark"): Promise<void> {
  if (CHROMIUM == null) throw new Error("there is no Chromium here");
  await using server = await openSampleServer();
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: BROWSER_ARGUMENTS });
  try {
    const options = { viewport: { width: 1280, height: 860 }, timezoneId: "Europe/London", locale: "en-GB" };
    const context = await browser.newContext({ ...options, colorScheme, reducedMotion: "reduce" });
    mkdirSync(folder, { recursive: true });
    // The page to log in is one for people without a session.
    for (const path of ["/login", ...pagePaths().filter((one) => one !== "/login"), ...MORE_PICTURES]) {
      if (path === "/") await logIn(context, server);
      await Bun.write(join(folder, imageOf(path)), await pictureOf(context, server, path));
    }
  } finally {
    await browser.close();
  }
}

async function logIn(context: BrowserContext, { url }: SampleServer): Promise<void> {
  const response = await context.request.post(`${url}/api/v1/login`, { data: { username: "ada", password: PASSWORD } });
  if (!response.ok()) throw new Error(await response.text());
}

async function pictureOf(context: BrowserContext, server: SampleServer, path: string): Promise<Buffer> {
  const page = await context.newPage();
  await page.goto(`${server.url}${addressOf(server, path)}`);
  await settled(page);
  if (path !== "/login") await page.locator(".who").waitFor();
  // The chart is drawn after the rest of the overview.
  if (path === "/") await page.locator("canvas").first().waitFor();
  if (path === "/workflow-run") {
    await page.locator(".graph-waiting").waitFor();
    await page.getByRole("region", { name: "Steps" }).evaluate("(one) => one.scrollIntoView()");
  }
  // Lines of a log are loaded as they come into view.
  await page.locator(".log-row.quiet").first().waitFor({ state: "detached" });
  // Two frames later everything that was loaded is drawn.
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  const session = await context.newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY });
  await page.close();
  return Buffer.from(data, "base64");
}

const [folder = IMAGES, theme] = Bun.argv.slice(2);
await takePictures(folder, theme === "dark" ? "dark" : "light");
