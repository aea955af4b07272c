/** The pages of schedules: one is created by the form, which says what a plan means, and is fired, paused and deleted. */
import { afterAll, beforeAll, expect } from "bun:test";
import { inBrowser } from "../support/browser.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

const SCHEMA = {
  type: "object",
  required: ["region"],
  properties: { region: { type: "string", title: "Region" }, full: { type: "boolean", title: "Full", default: true } },
};

let site: Dashboard;
beforeAll(async () => {
  site = await openDashboard({
    prepare(place) {
      place.writeTask("report", "(function (input) { return input; })");
      place.write("tasks/report/input.schema.json", JSON.stringify(SCHEMA));
    },
  });
}, SLOW);
afterAll(() => site?.[Symbol.asyncDispose]());

/** Creates a schedule over REST. @returns its id */
async function create(name: string, more: object = {}): Promise<number> {
  const body = { name, task: "adding", cron: "0 9 * * *", timezone: "UTC", input: { a: 1, b: 2 }, ...more };
  return Number((await site.server.call("POST", "/api/v1/schedules", body)).body.id);
}

inBrowser(
  "a schedule is created through the form, which says what the plan means",
  async () => {
    await site.open(
      "/schedules",
      async (page) => {
        await page.getByText("There is no schedule yet.").waitFor();
        await page.getByRole("button", { name: "New schedule" }).click();
        await page.getByRole("heading", { level: 1, name: "New schedule" }).waitFor();
        expect(await page.getByLabel("Time zone").inputValue()).toBe("Asia/Tokyo");
        await page.getByLabel("Name").fill("weekly report");
        await page.getByLabel("Task", { exact: true }).fill("report");
        const cron = page.getByLabel("Cron expression");
        await cron.fill("30 2 * * MON");
        await page.getByRole("status").getByText("At 02:30 AM, only on Monday").waitFor();
        await page
          .getByRole("status")
          .getByText(/, 02:30:00/)
          .nth(4)
          .waitFor();
        await cron.fill("61 2 * * MON");
        await page.locator(`#${await cron.getAttribute("id")}-error`).waitFor();
        expect(await cron.getAttribute("aria-invalid")).toBe("true");
        await cron.fill("30 2 * * MON");
        await page
          .getByRole("status")
          .getByText(/, 02:30:00/)
          .nth(4)
          .waitFor();
        await page.getByLabel("Region").waitFor();
        await expectAccessible(page);
        await page.getByRole("button", { name: "Create" }).click();
        await page.getByText("1 value is missing or wrong.").waitFor();
        await page.getByLabel("Region").fill("EU");
        await page.getByRole("button", { name: "Create" }).click();
        await page.getByRole("heading", { level: 1, name: "weekly report" }).waitFor();
        const { body } = await site.server.call("GET", `/api/v1${new URL(page.url()).pathname}`);
        expect(body).toMatchObject({
          cron: "30 2 * * MON",
          timezone: "Asia/Tokyo",
          input: { region: "EU", full: true },
          overlap: "skip",
        });
        await page.goBack();
        await page.goBack();
        await page.getByRole("link", { name: "weekly report" }).waitFor();
        await page.getByRole("img", { name: "Next firing of each schedule" }).waitFor();
        await expectAccessible(page);
      },
      { timezoneId: "Asia/Tokyo", expects: /status of 422/ },
    );
  },
  SLOW,
);

inBrowser(
  "a backfill names the number of its jobs before it creates them",
  async () => {
    const id = await create("hourly sums", { cron: "0 * * * *" });
    const jobsOf = async () =>
      Object.keys((await site.server.call("GET", `/api/v1/jobs?scheduleId=${id}`)).body.items ?? []).length;
    await site.open(
      `/schedules/${id}`,
      async (page) => {
        await page.getByRole("button", { name: "Backfill" }).click();
        const dialog = page.getByRole("dialog", { name: "Backfill hourly sums" });
        await dialog.getByLabel("From").fill("2026-03-02T09:00");
        await dialog.getByLabel("To").fill("2026-03-02T12:30");
        await dialog.getByText("4 jobs for 4 firings without a job.").waitFor();
        await expectAccessible(page);
        await dialog.getByLabel("Overlap").selectOption("Skip the firing");
        await dialog.getByText("1 job for 4 firings without a job. 3 would be skipped").waitFor();
        await dialog.getByLabel("To").fill("2026-03-01T12:30");
        await dialog.getByText("ends before it begins").waitFor();
        expect(await dialog.getByRole("button", { name: "Create jobs" }).isDisabled()).toBe(true);
        expect(await jobsOf()).toBe(0);
        await dialog.getByLabel("To").fill("2026-03-02T12:30");
        await dialog.getByLabel("Overlap").selectOption("Run at the same time");
        await dialog.getByRole("button", { name: "Create 4 jobs" }).click();
        await page.getByText("4 jobs were created.").waitFor();
        const history = page.getByRole("region", { name: "History" });
        await history.getByText("2 Mar 2026, 12:00:00").waitFor();
        expect(await jobsOf()).toBe(4);
        await page.getByRole("button", { name: "Backfill" }).click();
        await dialog.getByLabel("From").fill("2026-03-02T09:00");
        await dialog.getByLabel("To").fill("2026-03-02T12:30");
        await dialog.getByText("No firing of this range is without a job.").waitFor();
      },
      { timezoneId: "Asia/Tokyo", expects: /status of 400/ },
    );
  },
  SLOW,
);

inBrowser(
  "a form that is sent before its task is loaded waits for the task",
  async () => {
    const id = await create("early sums");
    await site.open(`/schedules/${id}`, async (page) => {
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      await page.route("**/api/v1/tasks?*", async (route) => {
        await released;
        await route.continue();
      });
      await page.getByRole("button", { name: "Edit", exact: true }).click();
      await page.getByLabel("Name", { exact: true }).fill("later sums");
      const asked = page.waitForRequest((request) => request.url().includes("/api/v1/tasks?"));
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await asked;
      expect(await page.getByText("Choose a task of this server.").count()).toBe(0);
      release();
      await page.getByText("The schedule was saved.").waitFor();
      await page.getByRole("heading", { level: 1, name: /later sums/ }).waitFor();
    });
  },
  SLOW,
);

inBrowser(
  "a schedule is triggered, paused, resumed, changed and deleted",
  async () => {
    const id = await create("sums");
    await site.open(
      `/schedules/${id}`,
      async (page) => {
        await page.getByRole("img", { name: "Latest and next firings" }).waitFor();
        await page.getByText("It has not fired yet.").waitFor();
        await page.getByRole("button", { name: "Trigger" }).click();
        const history = page.getByRole("region", { name: "History" });
        await history.getByRole("link", { name: /^Job \d+$/ }).waitFor();
        await history.getByText("manual", { exact: true }).waitFor();
        await page.getByRole("button", { name: "Pause" }).click();
        await page.locator("h1 .badge", { hasText: "paused" }).waitFor();
        await expectAccessible(page);
        await page.getByRole("button", { name: "Resume" }).click();
        await page.locator("h1 .badge", { hasText: "enabled" }).waitFor();
        await page.getByRole("button", { name: "Edit" }).click();
        expect(await page.getByLabel("Task", { exact: true }).inputValue()).toBe("adding");
        await page.getByLabel("Fires").selectOption("At a regular interval");
        await page.getByLabel("Every", { exact: true }).fill("5m");
        await page.getByRole("button", { name: "Save" }).click();
        await page.getByText("every 5m").waitFor();
        expect((await site.server.call("GET", `/api/v1/schedules/${id}`)).body).toMatchObject({
          every: "5m",
          cron: null,
          input: { a: 1, b: 2 },
        });
        await page.getByRole("button", { name: "Delete" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
        await page.getByRole("heading", { level: 1, name: "Schedules" }).waitFor();
        await page.goBack();
        await page.getByRole("heading", { level: 1, name: `Schedule ${id} was not found` }).waitFor();
      },
      { expects: /status of 404/ },
    );
  },
  SLOW,
);
