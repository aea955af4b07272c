/** The pages of administration: what admins create, change and filter there. */
import { afterAll, beforeAll, expect } from "bun:test";
import { createHmac } from "node:crypto";
import { inBrowser } from "../support/browser.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

const SECRET = "hidden-value-17";

let site: Dashboard;
beforeAll(async () => {
  site = await openDashboard();
}, SLOW);
afterAll(() => site?.[Symbol.asyncDispose]());

inBrowser(
  "a secret is set by name and deleted, and its value is never shown",
  async () => {
    await site.open("/secrets", async (page) => {
      await page.getByRole("button", { name: "Set secret" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name").fill("API_TOKEN");
      await dialog.getByLabel("Value").fill(SECRET);
      await dialog.getByRole("button", { name: "Set", exact: true }).click();
      await page.getByRole("row", { name: "API_TOKEN" }).waitFor();
      expect(await page.content()).not.toContain(SECRET);
      await page.getByRole("button", { name: "Delete" }).click();
      await dialog.getByRole("button", { name: "Delete" }).click();
      await page.getByText("There is no secret yet.").waitFor();
    });
  },
  SLOW,
);

inBrowser(
  "a webhook is created by the form; its deliveries are listed, filtered and replayed",
  async () => {
    expect((await fetch(`${site.server.url}/api/v1/secrets/SHOP`, put({ value: SECRET }))).ok).toBe(true);
    await site.open(
      "/webhooks",
      async (page) => {
        await page.getByText("There is no webhook yet.").waitFor();
        await page.getByRole("button", { name: "New webhook" }).click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("Name", { exact: true }).fill("no spaces");
        await dialog.getByLabel("Task").fill("adding");
        await dialog.getByLabel("Verification").selectOption("HMAC of the body");
        await dialog.getByLabel("Secret").fill("SHOP");
        await dialog.getByLabel("Input").fill('{"a": "/body/net", ');
        await dialog.getByText("This is not JSON.").waitFor();
        await dialog.getByLabel("Input").fill('{"a": "/body/net", "b": 1}');
        // The enter key sends the form. The error is said beside the field.
        await dialog.getByLabel("Name", { exact: true }).press("Enter");
        await dialog.locator('[aria-invalid="true"]').waitFor();
        await expectAccessible(page);
        await dialog.getByLabel("Name", { exact: true }).fill("shop");
        await dialog.getByLabel("Name", { exact: true }).press("Enter");
        await page.getByRole("row", { name: /shop/ }).getByText(`${site.server.url}/hooks/shop`).waitFor();

        await page.getByRole("link", { name: "Deliveries of shop" }).click();
        await page.getByText("Nothing was delivered yet.").waitFor();
        expect(await deliver("shop", { net: 16 }, SECRET)).toBe(202);
        expect(await deliver("shop", { net: 16 }, "another secret")).toBe(401);
        await page.getByRole("button", { name: "Reload" }).click();
        const deliveries = page.getByRole("region", { name: "Deliveries of shop" });
        await deliveries.locator(".badge", { hasText: "refused" }).waitFor();
        // What was refused was never verified, so only the accepted one has the button.
        expect(await deliveries.getByRole("button", { name: "Replay" }).count()).toBe(1);
        await deliveries.getByRole("button", { name: "Replay" }).click();
        await page.getByText(/Job \d+ was created\./).waitFor();
        await deliveries.getByText("replay of delivery 1").waitFor();
        const { body } = await site.server.call("GET", "/api/v1/jobs?task=adding&limit=1");
        expect(body.items).toMatchObject([{ input: { a: 16, b: 1 } }]);
        await page.getByLabel("Status").selectOption("Refused");
        await deliveries.locator(".badge", { hasText: "accepted" }).waitFor({ state: "detached" });
        expect(new URL(page.url()).searchParams.get("status")).toBe("refused");
        await expectAccessible(page);

        const row = page.getByRole("group", { name: "Webhooks", exact: true }).getByRole("row", { name: /shop/ });
        await row.getByRole("button", { name: "Edit" }).click();
        expect(await dialog.getByLabel("Verification").inputValue()).toBe("hmac");
        await dialog.getByLabel("The sender gets").selectOption("The output, once there is one");
        await dialog.getByRole("button", { name: "Save" }).click();
        await page.getByText("Webhook shop was saved.").waitFor();
        const changed = await site.server.call("GET", "/api/v1/webhooks/shop");
        expect(changed.body).toMatchObject({ respond: "output", input: { a: "/body/net", b: 1 } });
        await row.getByRole("button", { name: "Delete" }).click();
        await dialog.getByRole("button", { name: "Delete" }).click();
        await page.getByText("There is no webhook yet.").waitFor();
      },
      // The name that the form refuses, and the list of deliveries of a webhook that is gone.
      { expects: /the server responded with a status of 40[04]/ },
    );
  },
  SLOW,
);

inBrowser(
  "one source is refreshed, and what is wrong with it is said",
  async () => {
    await site.open("/sources", async (page) => {
      const row = page.getByRole("row", { name: /tasks/ }).first();
      await row.waitFor();
      site.place.writeTask("newcomer", "not a program {");
      const response = page.waitForResponse((one) => /\/registry\/sources\/[^/]+\/refresh$/.test(one.url()));
      await row.getByRole("button", { name: "Refresh", exact: true }).click();
      expect((await response).status()).toBe(200);
      await page
        .getByRole("region", { name: /^Problems of / })
        .getByText("newcomer")
        .first()
        .waitFor();
      await expectAccessible(page);
      await page.getByRole("button", { name: "Refresh all" }).click();
      await page.getByText("The sources were refreshed.").waitFor();
    });
  },
  SLOW,
);

inBrowser(
  "the audit log is filtered by actor, action and time, in the address",
  async () => {
    await site.server.call("POST", "/api/v1/jobs", { task: "adding", input: { a: 1, b: 2 } });
    await site.open(
      "/audit",
      async (page) => {
        const entry = page.getByRole("cell", { name: "createJob", exact: true });
        await entry.first().waitFor();
        await page.getByLabel("Action").fill("createJob");
        await page.waitForURL(/action=createJob/);
        await entry.first().waitFor();
        await page.getByLabel("From").fill("2999-01-01T00:00");
        await page.waitForURL(/createdFrom=2998-12-31T18%3A30%3A00\.000Z/);
        await page.getByText("No entry matches the filters.").waitFor();
        await expectAccessible(page);
        await page.reload();
        expect(await page.getByLabel("From").inputValue()).toBe("2999-01-01T00:00");
        await page.getByLabel("From").fill("");
        await page.getByLabel("Until").fill("2999-01-01T00:00");
        await entry.first().waitFor();
        await page.getByRole("button", { name: "Clear filters" }).click();
        expect(new URL(page.url()).search).toBe("");
      },
      { timezoneId: "Asia/Kolkata" },
    );
  },
  SLOW,
);

function put(body: unknown): RequestInit {
  return { method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** Sends a delivery with a plain HMAC. @returns the status */
async function deliver(name: string, content: unknown, secret: string): Promise<number> {
  const body = JSON.stringify(content);
  const headers = {
    "content-type": "application/json",
    "x-signature": createHmac("sha256", secret).update(body).digest("hex"),
  };
  return (await fetch(`${site.server.url}/hooks/${name}`, { method: "POST", headers, body })).status;
}
