/** The run of a workflow: its graph, live, and forks of it. */
import { afterAll, beforeAll, expect } from "bun:test";
import { cpSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { inBrowser } from "../support/browser.ts";
import { REPOSITORY } from "../support/ratchet.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

const ORDER = { shops: ["south"], sku: "table", count: 2, orderId: 7, email: "ada@example.com", delivery: "pickup" };

let site: Dashboard;
beforeAll(async () => {
  site = await openDashboard({
    prepare: (place) => cpSync(join(REPOSITORY, "examples/orders"), join(place.folder, "tasks"), { recursive: true }),
  });
}, SLOW);
afterAll(() => site?.[Symbol.asyncDispose]());

async function order(kind: string): Promise<number> {
  const { body } = await site.server.call("POST", "/api/v1/jobs", { task: "order", input: ORDER });
  await waits(Number(body.id), kind);
  return Number(body.id);
}

async function waits(job: number, kind: string): Promise<void> {
  await site.server.until(`/api/v1/jobs/${job}`, ({ waitingFor }) =>
    (waitingFor as { kind: string }[]).some((one) => one.kind === kind),
  );
}

async function decide(decision: "approve" | "reject"): Promise<void> {
  const { body } = await site.server.call("GET", "/api/v1/approvals?status=pending");
  const [approval] = body.items as { id: number }[];
  await site.server.call("POST", `/api/v1/approvals/${approval?.id}`, { decision });
}

/** What the box of a step in the graph says about it. */
function state(page: Page, name: string) {
  return page
    .getByRole("group", { name: "The 15 steps of order" })
    .locator(".graph-box")
    .filter({ has: page.locator(".graph-name", { hasText: new RegExp(`^${name}$`) }) })
    .locator(".graph-state");
}

inBrowser(
  "the graph of a run says what has become of each step, while it happens",
  async () => {
    const id = await order("approve");
    await site.open(`/jobs/${id}`, async (page) => {
      await state(page, "approval")
        .filter({ hasText: /^waiting/ })
        .waitFor();
      await state(page, "stock")
        .filter({ hasText: /^completed · \d/ })
        .waitFor();
      await state(page, "offer").filter({ hasText: "completed" }).waitFor();
      await state(page, "charge").filter({ hasText: "not started" }).waitFor();
      await expectAccessible(page);
      await page.setViewportSize({ width: 375, height: 800 });
      await expectAccessible(page);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(375);
      await page.setViewportSize({ width: 1280, height: 900 });
      await decide("approve");
      await state(page, "approval")
        .filter({ hasText: /^completed/ })
        .waitFor();
      await state(page, "paid")
        .filter({ hasText: /^waiting/ })
        .waitFor();
      // The list says the same.
      await page.getByText("Steps as a list").click();
      await page
        .getByRole("listitem")
        .filter({ hasText: /^charge task charge-card . completed/ })
        .waitFor();
      await expectAccessible(page);
      await site.server.call("POST", `/api/v1/jobs/${id}/signals/payment-confirmed`, { reference: "4711" });
      await page.locator("h1").getByText("completed").waitFor();
      await state(page, "remind").filter({ hasText: "skipped" }).waitFor();
      await state(page, "route").filter({ hasText: "completed" }).waitFor();
      await state(page, "case pickup").filter({ hasText: "completed" }).waitFor();
      await state(page, "coolOff")
        .filter({ hasText: /^completed/ })
        .waitFor();
      // A step that called a task leads to its job.
      await page.getByRole("link", { name: /^charge: task charge-card, completed/ }).click();
      await page.getByRole("link", { name: "charge-card" }).first().waitFor();
    });
  },
  SLOW,
);

inBrowser(
  "a finished run is done again from a step, with what the steps before have returned",
  async () => {
    const id = await order("approve");
    await site.server.call("POST", `/api/v1/jobs/${id}/cancel`);
    const { executionId } = await site.server.until(`/api/v1/jobs/${id}`, ({ status }) => status === "cancelled");
    await site.open(`/jobs/${id}`, async (page) => {
      await page.getByRole("button", { name: "Fork", exact: true }).click();
      const dialog = page.getByRole("dialog", { name: `Fork execution ${executionId}` });
      await dialog.getByLabel("From").selectOption("approval");
      await expectAccessible(page);
      await dialog.getByRole("button", { name: "Fork", exact: true }).click();
      await page.waitForURL((url) => url.pathname !== `/jobs/${id}`);
      await page.getByText("at approval").waitFor();
      await page.getByRole("link", { name: `Execution ${executionId}`, exact: true }).waitFor();
      await state(page, "stock")
        .filter({ hasText: /^completed/ })
        .waitFor();
      await state(page, "approval")
        .filter({ hasText: /^waiting/ })
        .waitFor();
      await page
        .getByRole("group", { name: /^What the run/ })
        .getByText("(kept)")
        .first()
        .waitFor();
    });
  },
  SLOW,
);
