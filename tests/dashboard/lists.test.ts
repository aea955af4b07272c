/** Every page that the navigation and the settings link: it has a heading, a title and a landmark, and axe finds nothing. */
import { afterAll, beforeAll, describe, expect } from "bun:test";
import { inBrowser } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

let site: Dashboard;
let failed = 0;
beforeAll(async () => {
  site = await openDashboard();
  failed = await site.run("failing");
  await site.run("adding", { a: 1, b: 2 });
}, SLOW);
afterAll(() => site?.[Symbol.asyncDispose]());

const PAGES: Readonly<Record<string, string>> = {
  "/": "Overview",
  "/jobs": "Jobs",
  "/executions": "Executions",
  "/tasks": "Tasks",
  "/schedules": "Schedules",
  "/sources": "Sources",
  "/settings": "Settings",
  "/schedules/new": "New schedule",
  "/webhooks": "Webhooks",
  "/notifications": "Notifications",
  "/secrets": "Secrets",
  "/users": "Users",
  "/keys": "API keys",
  "/audit": "Audit log",
};

describe.each(Object.entries(PAGES))("%s", (path, title) => {
  inBrowser(
    "has a heading, a title and a navigation, and is accessible",
    async () => {
      await site.open(path, async (page) => {
        await page.getByRole("heading", { level: 1, name: title }).waitFor();
        await eventually(async () => (await page.locator(".loading").count()) === 0);
        expect(await page.title()).toBe(`${title} · Ratchet`);
        const links = page.getByRole("navigation").getByRole("link");
        expect(await links.allTextContents()).toEqual([
          "Overview",
          "Jobs",
          "Executions",
          "Approvals",
          "Tasks",
          "Schedules",
          "Sources",
          "Settings",
        ]);
        expect(await page.locator("main").count()).toBe(1);
        await expectAccessible(page);
      });
    },
    SLOW,
  );
});

inBrowser(
  "the overview shows why a job failed, and leads to the failed jobs; the back button returns",
  async () => {
    await site.open("/", async (page) => {
      const row = page.getByRole("row", { name: "the invoice has no address" });
      await row.getByRole("link", { name: `Job ${failed}`, exact: true }).waitFor();
      await page.getByRole("link", { name: "All failed jobs" }).click();
      await page.waitForURL("**/jobs?status=failed");
      expect(await page.getByLabel("Status").inputValue()).toBe("failed");
      expect(await page.evaluate("document.activeElement.tagName")).toBe("H1");
      await page.goBack();
      await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
    });
  },
  SLOW,
);

inBrowser(
  "a filter is kept in the address, and new jobs appear by themselves",
  async () => {
    await site.open("/jobs", async (page) => {
      await page.getByLabel("Status").selectOption({ label: "Failed" });
      await page.waitForURL("**/jobs?status=failed");
      await page.getByRole("link", { name: `Job ${failed}`, exact: true }).waitFor();
      expect(await page.getByText("completed", { exact: true }).count()).toBe(0);
      const next = await site.run("failing", { message: "another reason" });
      const row = page.getByRole("row", { name: "another reason" });
      await row.getByRole("link", { name: `Job ${next}`, exact: true }).waitFor();
      await page.reload();
      await row.waitFor();
    });
  },
  SLOW,
);

inBrowser(
  "the reason for which a job waits is one sentence, with the time in the reader's zone",
  async () => {
    const runAt = "2099-01-01T00:00:00Z";
    const job = (await site.server.call("POST", "/api/v1/jobs", { task: "adding", input: { a: 1, b: 2 }, runAt })).body;
    for (const path of ["/", `/jobs/${job.id}`, "/jobs?status=queued"]) {
      await site.open(
        path,
        async (page) => {
          await page
            .getByRole("main")
            .getByText(/^The job is due at 1 Jan 2099, 09:00:00 (?:GMT\+9|JST) \(in \d+ yr\.\)\.$/)
            .first()
            .waitFor();
          expect(await page.getByRole("main").innerText()).not.toMatch(/\dT\d\d:\d\d/);
        },
        { timezoneId: "Asia/Tokyo" },
      );
    }
    await site.server.call("POST", `/api/v1/jobs/${job.id}/cancel`);
  },
  SLOW,
);

inBrowser(
  "the charts of the overview are in rows of equal length, without a page wider than its window",
  async () => {
    for (const [width, tops] of [
      [1280, 2],
      [768, 2],
      [375, 4],
    ] as const) {
      await site.open(
        "/",
        async (page) => {
          await page.locator(".chart canvas").nth(3).waitFor();
          const places = await page
            .locator(".chart")
            .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top));
          expect(new Set(places.map(Math.round)).size).toBe(tops);
          expect(await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(
            0,
          );
        },
        { viewport: { width, height: 800 } },
      );
    }
  },
  SLOW,
);
