/** The inbox of approvals. */
import { afterAll, beforeAll, expect } from "bun:test";
import { inBrowser } from "../support/browser.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

const SCHEMA = {
  type: "object",
  properties: { note: { type: "string", title: "Note", maxLength: 10 }, amount: { type: "integer", title: "Amount" } },
  required: ["amount"],
};

let site: Dashboard;
beforeAll(async () => {
  site = await openDashboard({
    prepare(place) {
      place.writeTask(
        "asking",
        `(async function ({ title, ...more }, context) {
          return await context.approve({ title, timeout: "2d", ...more });
        })`,
      );
    },
  });
}, SLOW);
afterAll(() => site?.[Symbol.asyncDispose]());

async function ask(input: object): Promise<number> {
  const { body } = await site.server.call("POST", "/api/v1/jobs", { task: "asking", input });
  await site.server.until(`/api/v1/jobs/${body.id}`, ({ waitingFor }) => (waitingFor as unknown[]).length === 1);
  return Number(body.id);
}

async function outputOf(job: number): Promise<unknown> {
  const { output } = await site.server.until(`/api/v1/jobs/${job}`, ({ status }) => status === "completed");
  return output;
}

inBrowser(
  "a question appears by itself, its form is checked, and the run gets the answer",
  async () => {
    await site.open(
      "/approvals",
      async (page) => {
        await page.getByText("Nothing waits for a decision.").waitFor();
        await expectAccessible(page);
        const job = await ask({ title: "Buy a table?", schema: SCHEMA });
        const card = page.getByRole("region", { name: "Buy a table?" });
        await card.getByRole("link", { name: `job ${job}` }).waitFor();
        await page.getByRole("navigation").getByText("1 pending").waitFor();
        await card.getByRole("link", { name: "asking" }).waitFor();
        await card.getByText("operators").waitFor();
        await card.getByText("then it is rejected").waitFor();
        await expectAccessible(page);
        await page.setViewportSize({ width: 375, height: 800 });
        await expectAccessible(page);
        await page.setViewportSize({ width: 1280, height: 900 });
        // The server's word counts, and the field says it.
        await card.getByRole("button", { name: "Approve", exact: true }).click();
        await card.locator("[aria-invalid=true]").first().waitFor();
        expect(await card.getByLabel("Amount").getAttribute("aria-invalid")).toBe("true");
        await card.getByLabel("Amount").fill("1200");
        await card.getByLabel("Note").fill("fine");
        await card.getByLabel("Comment").fill("within the budget");
        await card.getByRole("button", { name: "Approve", exact: true }).click();
        await page.getByText("Nothing waits for a decision.").waitFor();
        await page.getByRole("navigation").getByText("pending").waitFor({ state: "detached" });
        expect(await outputOf(job)).toMatchObject({ approved: true, input: { note: "fine", amount: 1200 } });
        await page.getByRole("tab", { name: "All" }).click();
        const row = page.getByRole("row").filter({ hasText: "Buy a table?" });
        await row.getByText("approved").waitFor();
        await row.getByText("within the budget").waitFor();
        await expectAccessible(page);
        await page.getByLabel("Status").selectOption("Rejected");
        await page.getByText("No approval matches these filters.").waitFor();
      },
      { expects: /422/ },
    );
  },
  SLOW,
);

inBrowser(
  "a rejection needs no form, and one that somebody else has decided goes away",
  async () => {
    await site.open("/approvals", async (page) => {
      const rejected = await ask({ title: "Buy a boat?" });
      const decided = await ask({ title: "Buy a bike?" });
      const boat = page.getByRole("region", { name: "Buy a boat?" });
      const bike = page.getByRole("region", { name: "Buy a bike?" });
      await bike.waitFor();
      await boat.getByRole("button", { name: "Reject", exact: true }).click();
      await boat.waitFor({ state: "detached" });
      expect(await outputOf(rejected)).toMatchObject({ approved: false });
      const { body } = await site.server.call("GET", "/api/v1/approvals?status=pending");
      const [open] = body.items as { id: number }[];
      await site.server.call("POST", `/api/v1/approvals/${open?.id}`, { decision: "approve" });
      await bike.waitFor({ state: "detached" });
      expect(await outputOf(decided)).toMatchObject({ approved: true });
    });
  },
  SLOW,
);

inBrowser(
  "who may not decide sees the question and no buttons",
  async () => {
    let key = "";
    await using guarded = await openDashboard({
      async prepare(place) {
        place.writeTask(
          "asking",
          "(async (input, context) => context.approve({ title: 'Buy a house?', who: ['carla'] }))",
        );
        key = (await place.ratchet(["key", "create", "otto", "--role", "operator"])).stdout.trim();
      },
    });
    const headers = { authorization: `Bearer ${key}` };
    const body = JSON.stringify({ task: "asking" });
    const created = await fetch(`${guarded.server.url}/api/v1/jobs`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
    });
    expect(created.status).toBe(201);
    await guarded.open(
      "/approvals",
      async (page) => {
        const card = page.getByRole("region", { name: "Buy a house?" });
        await card.getByText("You may not decide about it.").waitFor();
        await card.getByText("carla").waitFor();
        expect(await card.getByRole("button").count()).toBe(0);
      },
      { extraHTTPHeaders: headers },
    );
  },
  SLOW,
);
