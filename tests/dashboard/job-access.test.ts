/** What a page offers depends on who reads it. */
import { afterAll, beforeAll, describe, expect } from "bun:test";
import { inBrowser } from "../support/browser.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

const ROLES = ["viewer", "operator", "admin"] as const;
const ACTIONS = ["Retry", "Run again", "Make this a test"];

let site: Dashboard;
const keys: Record<string, string> = {};
let job = 0;
beforeAll(async () => {
  site = await openDashboard({
    async prepare(place) {
      for (const role of ROLES) {
        const { stdout, code } = await place.ratchet(["key", "create", `the-${role}`, "--role", role]);
        expect(code).toBe(0);
        keys[role] = stdout.trim();
      }
    },
  });
  const headers = { authorization: `Bearer ${keys.operator}`, "content-type": "application/json" };
  const body = JSON.stringify({ task: "failing", maxRetries: 0 });
  const created = await fetch(`${site.server.url}/api/v1/jobs`, { method: "POST", headers, body });
  job = Number(((await created.json()) as { id: number }).id);
}, SLOW);
afterAll(() => site?.[Symbol.asyncDispose]());

describe.each(["viewer", "operator"])("a %s", (role) => {
  inBrowser(
    "sees why a job failed, and only the actions that are allowed",
    async () => {
      const extraHTTPHeaders = { authorization: `Bearer ${keys[role]}` };
      await site.open(
        `/jobs/${job}`,
        async (page) => {
          await page.locator("mark").waitFor();
          await page.getByText(`the-${role}`).waitFor();
          for (const name of ACTIONS) {
            expect(await page.getByRole("button", { name, exact: true }).count()).toBe(role === "viewer" ? 0 : 1);
          }
          await expectAccessible(page);
        },
        { extraHTTPHeaders },
      );
    },
    SLOW,
  );
});

inBrowser(
  "an admin sees who created a job",
  async () => {
    const extraHTTPHeaders = { authorization: `Bearer ${keys.admin}` };
    await site.open(`/jobs/${job}`, (page) => page.getByText("by key:the-operator").waitFor(), { extraHTTPHeaders });
  },
  SLOW,
);
