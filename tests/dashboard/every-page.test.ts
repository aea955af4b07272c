/** What holds for every page that src/dashboard/pages.ts lists, so for new ones too. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { DASHBOARD_PATHS } from "../../src/api/pages/dashboard-routes.ts";
import { BROWSER_ARGUMENTS, CHROMIUM, inBrowser } from "../support/browser.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { SLOW } from "./open-dashboard.ts";
import { pagePaths } from "./page-list.ts";
import { addressOf, openSampleServer, SAMPLE_VIEWS, type SampleServer } from "./sample/sample-server.ts";
import { settled } from "./sample/settled.ts";

const PAGES = pagePaths();
const WIDTHS = [1280, 375];

let server: SampleServer;
let browser: Browser | undefined;
beforeAll(async () => {
  server = await openSampleServer();
  if (CHROMIUM != null) browser = await chromium.launch({ executablePath: CHROMIUM, args: BROWSER_ARGUMENTS });
}, SLOW);
afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});

test("the server serves exactly the pages that the dashboard has", () => {
  expect([...PAGES].sort()).toEqual([...DASHBOARD_PATHS, "/login"].sort());
});

describe.each([...PAGES, ...SAMPLE_VIEWS])("%s", (path) => {
  inBrowser(
    "has nothing that axe finds, asks no other server, and breaks no policy",
    async () => {
      const { page, complaints } = await openPage(path);
      await settled(page);
      expect(await page.locator("h1").count()).toBe(1);
      expect(await page.locator("main").count()).toBe(1);
      expect(await page.title()).not.toBe("");
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 900 });
        await expectAccessible(page);
        // Nothing is wider than the window but what scrolls by itself (WCAG 1.4.10).
        expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      }
      expect(complaints).toEqual([]);
      await page.context().close();
    },
    SLOW,
  );
});

async function openPage(path: string): Promise<{ page: Page; complaints: readonly string[] }> {
  if (browser === undefined) throw new Error("no browser");
  const extraHTTPHeaders = path === "/login" ? {} : { authorization: `Bearer ${server.keys.admin}` };
  const context = await browser.newContext({ extraHTTPHeaders });
  const complaints: string[] = [];
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  // The console also says what the content security policy refuses.
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.stack ?? error.message));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${server.url}/`) && !/^(?:data|blob):/.test(url)) complaints.push(`asked for ${url}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} of ${response.url()}`);
  });
  await page.goto(`${server.url}${addressOf(server, path)}`);
  return { page, complaints };
}
