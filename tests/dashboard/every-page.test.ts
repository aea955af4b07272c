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
/** One page goes to all addresses: what they share is then compiled once. */
let page: Page;
let complaints: string[] = [];
beforeAll(async () => {
  server = await openSampleServer();
  if (CHROMIUM == null) return;
  browser = await chromium.launch({ executablePath: CHROMIUM, args: BROWSER_ARGUMENTS });
  page = await openPage(browser);
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
      await goTo(path);
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
    },
    SLOW,
  );
});

async function openPage(from: Browser): Promise<Page> {
  const page = await from.newPage();
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
  return page;
}

/** Loads an address as an admin who has just started the browser. */
async function goTo(path: string): Promise<void> {
  complaints = [];
  await page.setExtraHTTPHeaders(path === "/login" ? {} : { authorization: `Bearer ${server.keys.admin}` });
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto(`${server.url}${addressOf(server, path)}`);
}
