/** What the pages show of runs in states that are rare, with long texts, and with streams. */

import { Database } from "bun:sqlite";
import { afterAll, beforeAll, expect } from "bun:test";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { inBrowser } from "../support/browser.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

const LONG = "w".repeat(150);

let asked = 0;
/** Says something else each time. */
const counting = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response(String(asked++)) });

let site: Dashboard;
beforeAll(async () => {
  site = await openDashboard({
    prepare(place) {
      place.writeTask(
        "straying",
        `(async function (input, context) {
          const response = await fetch("${counting.url}");
          await context.step(await response.text(), () => 1);
          await context.waitFor("go");
        })`,
      );
      place.writeTask(
        "listing",
        `(async function* ({ count, wait }, context) {
          for (let row = 0; row < count; row++) yield { row, text: row === 1 ? "x".repeat(500) : "" };
          if (wait) await context.waitFor("go");
          yield { row: "last" };
        })`,
      );
      place.writeTask(
        "wordy",
        `(async function ({ text }, context) {
          try { await context.step(text, () => { throw new Error(text + " " + text + " the end"); }); } catch {}
          await context.approve({ title: text });
        })`,
      );
    },
  });
}, SLOW);
afterAll(async () => {
  await counting.stop(true);
  await site?.[Symbol.asyncDispose]();
});

async function sleeping(task: string, input: unknown): Promise<number> {
  const { body } = await site.server.call("POST", "/api/v1/jobs", { task, input, maxRetries: 0 });
  await site.server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "sleeping");
  return Number(body.id);
}

/** Fails if the page is wider than the window. */
async function expectNoOverflow(page: Page): Promise<void> {
  for (const width of [1440, 768, 390]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
  }
}

inBrowser(
  "a run that can't go on says why it needs attention, and the overview counts it and those that are paused",
  async () => {
    const paused = await sleeping("straying", {});
    await site.server.call("POST", `/api/v1/jobs/${paused}/pause`);
    const id = await sleeping("straying", {});
    const { body } = await site.server.call("GET", `/api/v1/jobs/${id}`);
    using database = new Database(join(site.place.folder, "ratchet.db"));
    database.run("PRAGMA busy_timeout = 5000");
    database.run("UPDATE run_images SET image = x'00' WHERE execution_id = ?", [body.executionId as number]);
    await site.server.call("POST", `/api/v1/jobs/${id}/signals/go`, 1);
    await site.server.until(`/api/v1/jobs/${id}`, ({ status }) => status === "needs_attention");
    await site.open(`/jobs/${id}`, async (page) => {
      await page.getByRole("heading", { name: "Why it needs attention" }).waitFor();
      await page.getByRole("button", { name: "Resume", exact: true }).waitFor();
      await page
        .getByRole("row", { name: /^attempt/ })
        .getByText("stopped")
        .waitFor();
      await expectAccessible(page);
    });
    await site.open("/", async (page) => {
      const figure = (name: string) => page.locator(".figure").filter({ hasText: name });
      await figure("Paused").getByRole("link", { name: "1", exact: true }).waitFor();
      await figure("Needs attention").getByRole("link", { name: "1", exact: true }).click();
      await page.getByRole("link", { name: `Job ${id}` }).waitFor();
    });
  },
  SLOW,
);

inBrowser(
  "the items of a stream appear while the run writes them",
  async () => {
    const id = await sleeping("listing", { count: 3, wait: true });
    await site.open(`/jobs/${id}`, async (page) => {
      const stream = page.getByRole("group", { name: "What the run has written to its stream" });
      await stream.getByText('{"row":0,"text":""}').waitFor();
      expect(await stream.getByRole("row").count()).toBe(4);
      await stream.getByText("Whole item").click();
      await stream.getByRole("group", { name: "Item 1" }).waitFor();
      await page.getByText("3 items").waitFor();
      await expectAccessible(page);
      await expectNoOverflow(page);
      await site.server.call("POST", `/api/v1/jobs/${id}/signals/go`, 1);
      await stream.getByText('{"row":"last"}').waitFor();
      await page.getByText("4 items").waitFor();
      // What was open stays open.
      expect(await stream.getByRole("group", { name: "Item 1" }).isVisible()).toBe(true);
    });
  },
  SLOW,
);

inBrowser(
  "a long stream is read piece by piece, and a run without one has no panel",
  async () => {
    const { executionId } = await site.server
      .call("GET", `/api/v1/jobs/${await site.run("listing", { count: 1100 })}`)
      .then(({ body }) => body);
    await site.open(`/executions/${executionId}`, async (page) => {
      await page.getByText("the first 1000 items").waitFor();
      await page.getByRole("button", { name: "Show more" }).click();
      await page.getByText('{"row":"last"}').waitFor();
      await page.getByText("1101 items").waitFor();
      expect(await page.getByRole("button", { name: "Show more" }).count()).toBe(0);
    });
    const other = await site.run("adding", { a: 1, b: 2 });
    await site.open("/jobs", async (page) => {
      const read = page.waitForResponse((response) => /executions\/\d+\/stream$/.test(response.url()));
      await page.goto(`${site.server.url}/jobs/${other}`);
      await read;
      await page.getByRole("heading", { name: "What it touched" }).waitFor();
      expect(await page.getByRole("heading", { name: "Stream" }).count()).toBe(0);
    });
  },
  SLOW,
);

inBrowser(
  "long words widen no page, and the whole message of an error can be read",
  async () => {
    const id = await sleeping("wordy", { text: LONG });
    await site.open(`/jobs/${id}`, async (page) => {
      const journal = page.getByRole("group", { name: /^What the run has called/ });
      expect(await journal.getByText("the end").count()).toBe(0);
      await journal.getByText("Whole message").click();
      await journal.getByText("the end").waitFor();
      await expectNoOverflow(page);
    });
    await site.open("/approvals", async (page) => {
      await page.getByRole("heading", { name: LONG }).waitFor();
      await expectNoOverflow(page);
      await page.getByRole("tab", { name: "All" }).click();
      await page.getByText(LONG).waitFor();
      await page.setViewportSize({ width: 1440, height: 900 });
      const table = page.getByRole("group", { name: "Approvals" });
      expect(await table.evaluate((one) => one.scrollWidth <= one.clientWidth)).toBe(true);
    });
    await site.open("/jobs?status=sleeping", async (page) => {
      await page.getByText("an approval").waitFor();
      await expectNoOverflow(page);
    });
  },
  SLOW,
);

inBrowser(
  "the timeline stays while a run goes on",
  async () => {
    const id = await sleeping("listing", { count: 1, wait: true });
    await site.open(`/jobs/${id}`, async (page) => {
      await page.getByRole("row", { name: /^validation of the input/ }).waitFor();
      // Holds the next trace back: what is there must not go away in the meantime.
      const asked = Promise.withResolvers<void>();
      const shown = Promise.withResolvers<void>();
      await page.route("**/trace", async (route) => {
        asked.resolve();
        await shown.promise;
        await route.continue();
      });
      await site.server.call("POST", `/api/v1/jobs/${id}/signals/go`, 1);
      await asked.promise;
      await page.locator("h1").getByText("completed").waitFor();
      expect(await page.getByRole("row", { name: /^validation of the input/ }).count()).toBe(1);
      shown.resolve();
      await page
        .getByRole("row", { name: /^sleep .*waiting$/ })
        .first()
        .waitFor({ state: "detached" });
      await page.unrouteAll({ behavior: "wait" });
    });
  },
  SLOW,
);
