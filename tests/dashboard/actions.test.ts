/** What people do with jobs in the lists, the keyboard, and what the pages say when the server goes away. */
import { afterAll, beforeAll, expect } from "bun:test";
import type { Page } from "playwright-core";
import { inBrowser } from "../support/browser.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

let site: Dashboard;
beforeAll(async () => {
  site = await openDashboard();
}, SLOW);
afterAll(() => site?.[Symbol.asyncDispose]());

inBrowser(
  "an unused server says how to create a first task",
  async () => {
    await site.open("/", async (page) => {
      await page.getByText("ratchet init tasks/hello", { exact: true }).waitFor();
      await expectAccessible(page);
    });
  },
  SLOW,
);

inBrowser(
  "all jobs that match are retried or cancelled after their number was shown",
  async () => {
    for (const message of ["one", "two", "three"]) await site.run("failing", { message });
    await site.open("/jobs?status=failed&task=failing", async (page) => {
      await page.getByRole("button", { name: "Retry", exact: true }).click();
      const dialog = page.getByRole("dialog", { name: "Retry 3 jobs?" });
      await dialog.getByText("3 jobs", { exact: true }).waitFor();
      await expectAccessible(page);
      await dialog.getByRole("button", { name: "Back" }).click();
      await dialog.waitFor({ state: "hidden" });
      expect((await site.server.call("GET", "/api/v1/stats")).body).toMatchObject({ executions: { failed: 3 } });
      await page.getByRole("button", { name: "Retry", exact: true }).click();
      await dialog.getByRole("button", { name: "Retry 3 jobs" }).click();
      await page.getByRole("status").getByText("3 jobs requeued.").waitFor();
      await site.server.until("/api/v1/stats", ({ executions }) => (executions as { failed: number }).failed === 6);
    });
  },
  SLOW,
);

inBrowser(
  "a waiting job says what it waits for, in the list and on the overview",
  async () => {
    const runAt = "2099-01-01T00:00:00Z";
    const { body } = await site.server.call("POST", "/api/v1/jobs", { task: "adding", input: { a: 1, b: 1 }, runAt });
    const reason = /^The job is due at 1 Jan 2099, .* \(in \d+ yr\.\)\.$/;
    await site.open("/jobs?status=queued", async (page) => {
      await page.getByText(reason).waitFor();
    });
    await site.open("/", async (page) => {
      await page.getByText(reason).waitFor();
      await page.locator(".chart canvas").first().waitFor();
      await page.getByRole("button", { name: "Week" }).click();
      await page.waitForURL("**/?period=week");
      await page.getByRole("img", { name: "in the last week" }).first().waitFor();
      await expectAccessible(page);
    });
    await site.server.call("POST", `/api/v1/jobs/${body.id}/cancel`);
  },
  SLOW,
);

inBrowser(
  "the keyboard leads to sections, to the filter and to the list of keys",
  async () => {
    await site.open("/", async (page) => {
      await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
      await page.keyboard.press("g");
      await page.keyboard.press("j");
      await page.getByRole("heading", { level: 1, name: "Jobs" }).waitFor();
      await page.getByLabel("Status").waitFor();
      await page.keyboard.press("/");
      expect(await page.evaluate("document.activeElement.closest('.filter-bar') !== null")).toBe(true);
      // What is typed in a field is text.
      await page.getByLabel("Tag").pressSequentially("g?j");
      await page.waitForURL("**/jobs?tag=*");
      await page.getByRole("heading", { level: 1 }).click();
      await page.keyboard.press("?");
      await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
      await page.keyboard.press("Escape");
      await page.getByRole("dialog", { name: "Keyboard" }).waitFor({ state: "hidden" });
    });
  },
  SLOW,
);

inBrowser(
  "the theme follows the system until another one is chosen, which lasts",
  async () => {
    await site.open(
      "/settings",
      async (page) => {
        await page.getByRole("heading", { level: 1 }).waitFor();
        const ground = () => page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
        const dark = await ground();
        await page.getByLabel("Theme").selectOption("light");
        const light = await ground();
        expect(light).not.toBe(dark);
        await page.reload();
        await page.getByRole("heading", { level: 1 }).waitFor();
        expect(await ground()).toBe(light);
      },
      { colorScheme: "dark" },
    );
  },
  SLOW,
);

inBrowser(
  "a narrow window does not scroll sideways",
  async () => {
    await site.open(
      "/jobs",
      async (page) => {
        await page.getByRole("heading", { level: 1 }).waitFor();
        expect(await overflow(page)).toBe(0);
        await page.goto(`${site.server.url}/`);
        await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
        expect(await overflow(page)).toBe(0);
      },
      { viewport: { width: 400, height: 800 } },
    );
  },
  SLOW,
);

/** By how much the content is wider than the window, in pixels. */
function overflow(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}
