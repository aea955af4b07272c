/** What the pages of jobs and executions show of durable runs, and what can be done with them. */
import { afterAll, beforeAll, expect } from "bun:test";
import type { Page } from "playwright-core";
import { inBrowser } from "../support/browser.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

let site: Dashboard;
beforeAll(async () => {
  site = await openDashboard({
    prepare(place) {
      place.writeTask(
        "ordering",
        `(async function ({ broken = false }, context) {
          const { sum } = await context.call("adding", { a: 1, b: 2 });
          await context.step("reserve", () => ({ sum }));
          if (broken) await context.step("charge", () => { throw new TypeError("the card has expired"); });
          const paid = await context.waitFor("paid", { timeout: "3d" });
          return { sum, paid };
        })`,
      );
      place.writeTask(
        "lingering",
        `(async function (input, context) {
          try { await context.waitFor("go"); } finally { await context.waitFor("clean"); }
        })`,
      );
      place.writeTask("resting", "(async function (input, context) { await context.sleep('7d'); })");
    },
  });
}, SLOW);
afterAll(() => site?.[Symbol.asyncDispose]());

/** Creates a job, and waits until its run waits for something of a kind. */
async function waiting(task: string, kind: string): Promise<number> {
  const { body } = await site.server.call("POST", "/api/v1/jobs", { task, input: {}, maxRetries: 0 });
  await site.server.until(`/api/v1/jobs/${body.id}`, ({ waitingFor }) =>
    (waitingFor as { kind: string }[]).some((one) => one.kind === kind),
  );
  return Number(body.id);
}

function journalRow(page: Page, name: string) {
  return page
    .getByRole("group", { name: /^What the run has called/ })
    .getByRole("row")
    .filter({ hasText: name });
}

inBrowser(
  "a sleeping run says what it waits for, has its journal, and goes on when it gets its signal",
  async () => {
    const id = await waiting("ordering", "wait");
    await site.open(`/jobs/${id}`, async (page) => {
      await page.getByText("a signal paid").waitFor();
      const call = journalRow(page, "adding");
      expect(await call.innerText()).toContain("completed");
      await call.getByRole("link", { name: /^Job \d+$/ }).waitFor();
      await call.getByText("Output").click();
      await call.getByRole("group", { name: "Output of adding" }).getByText("sum").waitFor();
      await call.getByText("Input").click();
      await call.getByRole("group", { name: "Input of adding" }).getByText("a", { exact: true }).waitFor();
      await expectAccessible(page);
      await journalRow(page, "reserve").getByText("Output").click();
      await page.getByRole("group", { name: "Output of reserve" }).getByText("sum").waitFor();
      expect(await journalRow(page, "reserve").innerText()).toContain("step");
      expect(await journalRow(page, "paid").innerText()).toContain("waiting");
      await expectAccessible(page);
      await page.getByRole("button", { name: "Send signal", exact: true }).click();
      const dialog = page.getByRole("dialog", { name: `Send a signal to job ${id}` });
      expect(await dialog.getByLabel("Signal").inputValue()).toBe("paid");
      await dialog.locator(".cm-content").fill('{"reference": "4711"}');
      await expectAccessible(page);
      await dialog.getByRole("button", { name: "Send", exact: true }).click();
      await page.locator("h1").getByText("completed").waitFor();
      await page.getByText('"4711"').first().waitFor();
      await journalRow(page, "paid").getByText("completed").waitFor();
    });
  },
  SLOW,
);

inBrowser(
  "a run that is being cancelled says so, and its journal leads to the jobs that it has started",
  async () => {
    const id = await waiting("lingering", "wait");
    await site.open(`/jobs/${id}`, async (page) => {
      await page.getByText("a signal go").waitFor();
      await page.getByRole("button", { name: "Cancel", exact: true }).click();
      await page.getByText("It is being cancelled.").waitFor();
      await page.getByText("a signal clean").waitFor();
      expect(await page.getByRole("button", { name: "Cancel", exact: true }).count()).toBe(0);
      expect(await page.getByRole("button", { name: "Pause", exact: true }).count()).toBe(0);
      await expectAccessible(page);
      await site.server.call("POST", `/api/v1/jobs/${id}/signals/clean`, 1);
      await page.locator("h1").getByText("cancelled").waitFor();
      expect(await page.getByText("It is being cancelled.").count()).toBe(0);
    });
    const parent = await waiting("ordering", "wait");
    await site.open(`/jobs/${parent}`, async (page) => {
      await page.getByRole("link", { name: "All jobs that it has started" }).click();
      await page.getByLabel("Called by execution").waitFor();
      await page.getByRole("link", { name: "adding" }).waitFor();
      expect(await page.getByRole("row").count()).toBe(2);
    });
  },
  SLOW,
);

inBrowser(
  "the job of a call leads to the run that called it, and a job to those that it comes after",
  async () => {
    const id = await waiting("ordering", "wait");
    const { body: caller } = await site.server.call("GET", `/api/v1/jobs/${id}`);
    const { body } = await site.server.call("GET", `/api/v1/executions/${caller.executionId}/operations`);
    const [call] = body.items as { jobId: number }[];
    await site.open(`/jobs/${call?.jobId}`, async (page) => {
      await page.getByRole("link", { name: `Execution ${caller.executionId}`, exact: true }).click();
      await page.getByRole("heading", { level: 1, name: `Execution ${caller.executionId}` }).waitFor();
      await page.getByText("a signal paid").waitFor();
    });
    const next = await site.server.call("POST", "/api/v1/jobs", { task: "adding", after: [id] });
    await site.open(`/jobs/${next.body.id}`, async (page) => {
      await page.getByText("once all have completed").waitFor();
      await page
        .getByRole("link", { name: `Job ${id}`, exact: true })
        .first()
        .waitFor();
    });
  },
  SLOW,
);

inBrowser(
  "a run is killed after a question, and a job that waits is paused and resumed",
  async () => {
    const id = await waiting("resting", "sleep");
    await site.open(`/jobs/${id}`, async (page) => {
      await page.getByText(/^a time: /).waitFor();
      await page.getByRole("button", { name: "Kill", exact: true }).click();
      const dialog = page.getByRole("dialog", { name: `Kill job ${id}?` });
      await expectAccessible(page);
      await dialog.getByRole("button", { name: "Kill", exact: true }).click();
      await page.locator("h1").getByText("cancelled").waitFor();
      await journalRow(page, "until").getByText("cancelled").waitFor();
    });
    const runAt = "2099-01-01T00:00:00Z";
    const { body } = await site.server.call("POST", "/api/v1/jobs", { task: "resting", runAt });
    await site.open(`/jobs/${body.id}`, async (page) => {
      await page.getByRole("button", { name: "Pause", exact: true }).click();
      await page.locator("h1").getByText("paused").waitFor();
      await expectAccessible(page);
      await page.getByRole("button", { name: "Resume", exact: true }).click();
      await page.locator("h1").getByText("queued").waitFor();
      expect(await page.getByRole("button", { name: "Kill" }).count()).toBe(0);
    });
  },
  SLOW,
);

inBrowser(
  "a failed run shows the step that failed, and resumes from there",
  async () => {
    const id = await site.run("ordering", { broken: true });
    await site.open(`/jobs/${id}`, async (page) => {
      const failed = journalRow(page, "charge");
      expect(await failed.innerText()).toContain("the card has expired");
      await expectAccessible(page);
      await page.getByRole("button", { name: "Resume", exact: true }).click();
      const dialog = page.getByRole("dialog", { name: `Resume job ${id}?` });
      await expectAccessible(page);
      await dialog.getByRole("button", { name: "Resume", exact: true }).click();
      await page.getByRole("status").getByText(`Job ${id} goes on.`).waitFor();
      await site.server.until(`/api/v1/jobs/${id}`, (job) => job.attempts === 2 && job.status === "failed");
    });
  },
  SLOW,
);
