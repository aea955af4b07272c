/** A server that goes away while pages are open. */
import { afterEach, beforeEach, describe, expect } from "bun:test";
import type { Page } from "playwright-core";
import { inBrowser } from "../support/browser.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

const NOTICE = "The server can't be reached.";

/** What the browser says of each request that fails meanwhile. */
const expects =
  /ERR_CONNECTION_REFUSED|ERR_FAILED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE/;

let site: Dashboard;
beforeEach(async () => {
  site = await openDashboard();
}, SLOW);
afterEach(() => site?.[Symbol.asyncDispose]());

const notice = (page: Page) => page.locator(".connection-notice").getByText(NOTICE);

describe.each(["/", "/jobs", "/webhooks", "/settings"])("%s", (path) => {
  inBrowser(
    "says so, and goes on by itself when the server is back",
    async () => {
      await site.open(
        path,
        async (page) => {
          await page.locator("h1").waitFor();
          await site.server.end("SIGKILL");
          await notice(page).waitFor();
          await site.place.serve(["--port", new URL(site.server.url).port]);
          await notice(page).waitFor({ state: "hidden" });
          await page.getByRole("link", { name: "Tasks", exact: true }).click();
          await page.getByRole("link", { name: "adding", exact: true }).waitFor();
        },
        { expects },
      );
    },
    SLOW,
  );
});

inBrowser(
  "it is said within 5 s of the page's own clock, and a list shows afterwards what it missed",
  async () => {
    await site.open(
      "/jobs",
      async (page) => {
        await page.clock.install();
        await page.reload();
        await page.getByText("There is no job yet.").waitFor();
        expect(await notice(page).count()).toBe(0);
        await page.route("**/health", (route) => route.abort());
        await page.clock.runFor(5_000);
        await notice(page).waitFor();
        const id = await site.run("adding", { a: 1, b: 2 });
        await page.unroute("**/health");
        await page.clock.runFor(5_000);
        await notice(page).waitFor({ state: "hidden" });
        await page.clock.runFor(1_000);
        await page.getByRole("link", { name: `Job ${id}`, exact: true }).waitFor();
      },
      { expects },
    );
  },
  SLOW,
);

inBrowser(
  "parts of the page that could not be loaded meanwhile come afterwards",
  async () => {
    await site.run("adding", { a: 1, b: 2 });
    await site.open(
      "/",
      async (page) => {
        const lost = ["**/assets/chart-view*", "**/assets/jobs-page*"];
        for (const asset of lost) await page.route(asset, (route) => route.abort());
        const isRefused = page.waitForEvent("requestfailed", (request) => request.url().includes("chart-view"));
        await page.reload();
        await isRefused;
        await page.getByRole("link", { name: "Jobs", exact: true }).click();
        await page.getByRole("heading", { level: 1, name: "This page can't be loaded" }).waitFor();
        for (const asset of lost) await page.unroute(asset);
        await page.getByRole("heading", { level: 1, name: "Jobs" }).waitFor();
        await page.goBack();
        await page.locator("canvas").first().waitFor();
      },
      { expects },
    );
  },
  SLOW,
);

inBrowser(
  "a server that accepts connections and says nothing is gone too",
  async () => {
    await site.open(
      "/settings",
      async (page) => {
        await page.locator("h1").waitFor();
        const { promise: released, resolve: release } = Promise.withResolvers<void>();
        await page.route("**/health", async (route) => {
          await released;
          await route.abort().catch(() => {});
        });
        await notice(page).waitFor();
        await page.unroute("**/health");
        release();
        await notice(page).waitFor({ state: "hidden" });
      },
      { expects },
    );
  },
  SLOW,
);
