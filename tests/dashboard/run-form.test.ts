/** The form that runs a task: it is made from the schema of the input. */
import { afterAll, beforeAll, expect } from "bun:test";
import type { Page } from "playwright-core";
import { inBrowser } from "../support/browser.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

const ORDER = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Order",
  type: "object",
  required: ["customer", "lines", "payment"],
  properties: {
    customer: { title: "Customer", type: "string", minLength: 3 },
    email: { title: "E-mail", type: "string", format: "email" },
    note: { title: "Note", type: "string" },
    size: { title: "Size", enum: ["small", "large"], default: "small" },
    express: { title: "Express", type: "boolean" },
    lines: {
      title: "Lines",
      type: "array",
      minItems: 1,
      items: {
        title: "Line",
        type: "object",
        required: ["sku", "quantity"],
        properties: {
          sku: { title: "SKU", type: "string" },
          quantity: { title: "Quantity", type: "integer", minimum: 1, default: 1 },
        },
      },
    },
    payment: {
      title: "Payment",
      oneOf: [
        {
          title: "By card",
          type: "object",
          required: ["kind", "number"],
          properties: { kind: { const: "card" }, number: { title: "Card number", type: "string" } },
          additionalProperties: false,
        },
        {
          title: "By invoice",
          type: "object",
          required: ["kind"],
          properties: { kind: { const: "invoice" }, days: { title: "Days", type: "integer" } },
          additionalProperties: false,
        },
      ],
    },
    region: { type: "string" },
    colours: { title: "Colours", type: "array", items: { title: "Colour", enum: ["red", "blue"] } },
  },
  additionalProperties: false,
};

let site: Dashboard;
beforeAll(async () => {
  site = await openDashboard({
    prepare(place) {
      place.writeTask("orders", "(function (input) { return input; })");
      place.write("tasks/orders/input.schema.json", JSON.stringify(ORDER));
      place.writeTask("odd", "(function () { return 1; })", { label: "a/b & c?" });
    },
  });
}, SLOW);
afterAll(() => site?.[Symbol.asyncDispose]());

async function inputOfNewJob(page: Page): Promise<unknown> {
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.waitForURL(/\/jobs\/\d+$/);
  const { body } = await site.server.call("GET", `/api/v1${new URL(page.url()).pathname}`);
  return body.input;
}

inBrowser(
  "a form takes what the schema describes, and leaves out what is empty",
  async () => {
    await site.open("/tasks/orders", async (page) => {
      await page.getByLabel("Customer", { exact: true }).fill("Ada Lovelace");
      await page.getByLabel("Size").selectOption("large");
      await page.getByLabel("Express").check();
      const lines = page.getByRole("group", { name: "Lines" });
      await lines.getByLabel("SKU").fill("A-1");
      await lines.getByRole("button", { name: "Add line" }).click();
      await lines.getByLabel("SKU").nth(1).fill("B-2");
      await lines.getByLabel("Quantity").nth(1).fill("3");
      expect(await page.getByLabel("Payment").locator("option").allTextContents()).toEqual(["By card", "By invoice"]);
      await page.getByLabel("Payment").selectOption("By invoice");
      await page.getByLabel("Days").fill("30");
      await page.getByLabel("region").fill("EU");
      const colours = page.getByRole("group", { name: "Colours" });
      await colours.getByRole("button", { name: "Add colour" }).click();
      const colour = colours.getByLabel("Colour 1");
      expect(await colour.locator("option").allTextContents()).toEqual(["Choose …", "red", "blue"]);
      await colour.selectOption("blue");
      expect(await colour.locator("option").allTextContents()).toEqual(["red", "blue"]);
      const beside = page.getByRole("group", { name: "JSON", exact: true });
      await beside.getByText('"Ada Lovelace"').waitFor();
      await page.setViewportSize({ width: 600, height: 800 });
      await beside.waitFor({ state: "hidden" });
      await page.setViewportSize({ width: 1280, height: 800 });
      await expectAccessible(page);
      expect(await inputOfNewJob(page)).toEqual({
        customer: "Ada Lovelace",
        colours: ["blue"],
        size: "large",
        express: true,
        lines: [
          { sku: "A-1", quantity: 1 },
          { sku: "B-2", quantity: 3 },
        ],
        payment: { kind: "invoice", days: 30 },
        region: "EU",
      });
    });
  },
  SLOW,
);

inBrowser(
  "wrong values are marked while they are typed, and nothing wrong is sent",
  async () => {
    await site.open("/tasks/orders", async (page) => {
      const customer = page.getByLabel("Customer", { exact: true });
      expect(await customer.getAttribute("aria-invalid")).toBeNull();
      await customer.fill("Al");
      await page.getByText("Must have at least 3 characters.").waitFor();
      expect(await customer.getAttribute("aria-invalid")).toBe("true");
      const described = await customer.getAttribute("aria-describedby");
      expect(await page.locator(`[id="${described}"]`).textContent()).toBe("Must have at least 3 characters.");
      await page.getByLabel("E-mail").fill("nobody");
      await page.getByText("Must have the format email.").waitFor();
      const quantity = page.getByLabel("Quantity");
      await quantity.fill("many");
      await page.getByText("Must be a whole number.").waitFor();
      await page.getByRole("button", { name: "Run", exact: true }).click();
      await page.getByRole("alert").getByText("/payment/number").waitFor();
      // Nothing is said about the alternatives that were not chosen.
      expect(await page.getByText('invoice".').count()).toBe(0);
      expect(new URL(page.url()).pathname).toBe("/tasks/orders");
      expect(await page.getByLabel("SKU").getAttribute("aria-invalid")).toBe("true");
      await page.setViewportSize({ width: 400, height: 800 });
      await expectAccessible(page);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    });
  },
  SLOW,
);

inBrowser(
  "the form and the JSON show the same value, and latest inputs are offered again",
  async () => {
    await site.run("orders", {
      customer: "Grace",
      lines: [{ sku: "C-3", quantity: 2 }],
      payment: { kind: "card", number: "42" },
    });
    await site.open("/tasks/orders", async (page) => {
      await page.getByRole("button", { name: "Recent inputs" }).click();
      await page.getByRole("button", { name: "Grace" }).click();
      await page.getByText("Card number").waitFor();
      expect(await page.getByLabel("Card number").inputValue()).toBe("42");
      await page.getByRole("tab", { name: "JSON" }).click();
      const editor = page.getByRole("textbox", { name: "Input" });
      await page.locator(".cm-editor").waitFor();
      expect(await editor.textContent()).toContain('"customer": "Grace"');
      await editor.fill('{"customer": "Hopper", "lines": [{"sku": "D"}], "payment": {"kind": "invoice", "days": 7}}');
      await page.getByRole("tab", { name: "Form" }).click();
      expect(await page.getByLabel("Customer", { exact: true }).inputValue()).toBe("Hopper");
      expect(await page.getByLabel("Days").inputValue()).toBe("7");
    });
  },
  SLOW,
);

inBrowser(
  "a label with slashes and other signs leads to its page",
  async () => {
    await site.open("/tasks", async (page) => {
      await page.getByRole("link", { name: "a/b & c?" }).click();
      await page.getByRole("heading", { level: 1, name: "a/b & c?" }).waitFor();
      await page.reload();
      await page.getByRole("heading", { level: 1, name: "a/b & c?" }).waitFor();
      await page.locator(".cm-editor").waitFor();
      expect(await inputOfNewJob(page)).toEqual({});
    });
  },
  SLOW,
);

inBrowser(
  "an unknown task was not found",
  async () => {
    await site.open(
      "/tasks/nothing",
      async (page) => {
        await page.getByRole("heading", { level: 1, name: "was not found" }).waitFor();
      },
      { expects: /404/ },
    );
  },
  SLOW,
);
