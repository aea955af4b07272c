/** Components on a page of their own, under the content security policy of the dashboard. */
import { afterAll, beforeAll, expect } from "bun:test";
import { basename, join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { BROWSER_ARGUMENTS, CHROMIUM, inBrowser } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { SLOW } from "./open-dashboard.ts";

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:";

let server: Bun.Server<undefined>;
let browser: Browser | undefined;
beforeAll(async () => {
  const root = join(import.meta.dir, "../..");
  const built = await Bun.build({
    entrypoints: [join(import.meta.dir, "fixtures/gallery.tsx"), join(root, "src/dashboard/styles/main.css")],
    target: "browser",
    splitting: true,
    naming: { entry: "[name].[ext]", chunk: "[name]-[hash].[ext]" },
    define: { "process.env.NODE_ENV": '"production"' },
    jsx: { runtime: "automatic", importSource: "preact", development: false },
  });
  const files = new Map(built.outputs.map((output) => [`/${basename(output.path)}`, output]));
  const page = `<!doctype html><html lang="en"><head><title>Gallery</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/main.css"></head><body><script type="module" src="/gallery.js"></script></body></html>`;
  server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch(request) {
      const file = files.get(new URL(request.url).pathname);
      if (file !== undefined) return new Response(file);
      return new Response(page, { headers: { "content-type": "text/html", "content-security-policy": POLICY } });
    },
  });
  if (CHROMIUM != null) browser = await chromium.launch({ executablePath: CHROMIUM, args: BROWSER_ARGUMENTS });
}, SLOW);
afterAll(async () => {
  await browser?.close();
  await server?.stop(true);
});

async function open(use: (page: Page) => Promise<void>): Promise<void> {
  if (browser === undefined) throw new Error("no browser");
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.stack ?? error.message));
  await page.goto(server.url.href);
  await use(page);
  expect(complaints).toEqual([]);
  await page.close();
}

inBrowser(
  "the editor is loaded, keeps to the policy, and says what is wrong",
  async () => {
    await open(async (page) => {
      await page.locator(".cm-editor").waitFor();
      const editor = page.getByRole("textbox", { name: "Input" });
      // Its own styles apply: they are not elements, which the policy refuses.
      const scroller = page.locator(".cm-scroller");
      expect(
        await scroller.evaluate((element) => element.ownerDocument.defaultView?.getComputedStyle(element).display),
      ).toBe("flex");
      await editor.fill('{"b": 2}');
      await page.locator("output", { hasText: '{"b": 2}' }).waitFor();
      await editor.fill("{");
      await page.getByText("is no JSON").waitFor();
      expect(await editor.getAttribute("aria-invalid")).toBe("true");
      await editor.press("Tab");
      expect(await page.evaluate("document.activeElement.shadowRoot === null")).toBe(true);
    });
  },
  SLOW,
);

inBrowser(
  "a field says what is wrong with its value",
  async () => {
    await open(async (page) => {
      const field = page.getByLabel("Name");
      expect(await field.getAttribute("aria-invalid")).toBe("true");
      const ids = (await field.getAttribute("aria-describedby"))?.split(" ") ?? [];
      const texts = await Promise.all(ids.map((id) => page.locator(`[id="${id}"]`).textContent()));
      expect(texts).toEqual(["Who it is for.", "must not be empty"]);
      await field.fill("Ada");
      expect(await field.getAttribute("aria-invalid")).toBeNull();
    });
  },
  SLOW,
);

inBrowser(
  "a large value is rendered piece by piece",
  async () => {
    await open(async (page) => {
      const view = page.getByRole("group", { name: "Output" });
      expect(await view.locator(".json-line").count()).toBeLessThan(10);
      await view.getByText("5000 items").click();
      await view.getByRole("button", { name: "Show 100 more of 5000" }).waitFor();
      expect(await view.locator("details details details").count()).toBe(100);
      await view.getByRole("button", { name: "Show all 5000 characters" }).click();
      await view.getByText("a".repeat(5_000)).waitFor();
    });
  },
  SLOW,
);

inBrowser(
  "tabs are chosen with the arrow keys and are kept in the address",
  async () => {
    await open(async (page) => {
      await page.getByRole("tab", { name: "One" }).focus();
      await page.keyboard.press("ArrowRight");
      await page.getByText("Second part").waitFor();
      expect(new URL(page.url()).search).toBe("?tab=two");
    });
  },
  SLOW,
);

inBrowser(
  "a dialog keeps the focus, shows what went wrong, and returns the focus",
  async () => {
    await open(async (page) => {
      await page.getByRole("button", { name: "Delete", exact: true }).click();
      const dialog = page.getByRole("dialog", { name: "Delete 3 jobs?" });
      await dialog.waitFor();
      for (let count = 0; count < 5; count++) await page.keyboard.press("Tab");
      expect(
        await page.evaluate(
          "document.activeElement === document.body || document.activeElement.closest('dialog') !== null",
        ),
      ).toBe(true);
      await dialog.getByRole("button", { name: "Delete 3 jobs" }).click();
      await dialog.getByText("the disk is full").waitFor();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Delete");
    });
  },
  SLOW,
);

inBrowser(
  "axe finds nothing in the gallery",
  async () => {
    await open(async (page) => {
      await page.locator(".cm-editor").waitFor();
      await page.locator(".chart canvas").nth(1).waitFor();
      await expectAccessible(page);
    });
  },
  SLOW,
);

inBrowser(
  "a value between missing ones is drawn, and said when it is pointed at",
  async () => {
    await open(async (page) => {
      const chart = page.locator(".chart", { hasText: "Wait" });
      await chart.locator("canvas").waitFor();
      // The grid and the labels are grey; the value is red.
      const isDrawn = `(() => {
        const canvas = document.querySelectorAll(".chart canvas")[1];
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.some((red, index) => index % 4 === 0 && red - data[index + 1] > 60);
      })()`;
      await eventually(() => page.evaluate<boolean>(isDrawn));
      const place = chart.locator(".u-over");
      const width = (await place.boundingBox())?.width ?? 0;
      await place.hover({ position: { x: (width * 30) / 59, y: 20 } });
      await chart.getByText(/: Mean 5$/).waitFor();
    });
  },
  SLOW,
);
