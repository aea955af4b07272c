/** The page of a task, and the list of tasks. */
import { afterAll, beforeAll, describe, expect } from "bun:test";
import type { Page } from "playwright-core";
import { inBrowser } from "../support/browser.ts";
import { startTestServer, type TestServer } from "../support/http-server.ts";
import type { Workplace } from "../support/serve-process.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

const PASSWORD = "correct horse battery";

const README = `# Prices

Fetches **prices**. See [the site](https://example.com/x) and [here](javascript:alert(1)).

### Deep heading

| a | b |
| - | - |
| 1 | \`2\` |

<script>window.broken = true</script>
<img src="https://example.com/x.png" onerror="window.broken = true">

![chart](https://example.com/chart.png) Fish &amp; chips <b onclick="x">loud</b>

\`\`\`js
const a = "<b>";
\`\`\`
`;

const OLD = "// Adds prices.\nasync function main() {\n  return 1;\n}\n";
const NEW = "// Adds prices.\nasync function main({ url }) {\n  if (url) await fetch(url);\n  return 2;\n}\n";

let origin: TestServer;
let site: Dashboard;
let closed: Dashboard;

function writePrices(place: Workplace): void {
  const uuid = "0b5f2f4e-8f3e-4f5a-9c9a-6d0a5f6c7d8e";
  place.writeTask("prices", NEW, { uuid, version: "2.0.0", permissions: { tasks: ["adding"] } });
  place.writeTask("secretive", OLD, { permissions: { secrets: ["API_TOKEN"] } });
  place.write("tasks/prices/README.md", README);
  place.writeTask("prices-old", OLD, { uuid, version: "1.0.0", label: "prices" });
}

beforeAll(async () => {
  origin = startTestServer();
  [site, closed] = await Promise.all([
    openDashboard({ prepare: writePrices }),
    openDashboard({
      async prepare(place) {
        writePrices(place);
        const user = ["user", "create", "ada", "--role", "viewer", "--password-stdin"];
        expect((await place.ratchet(user, { stdin: `${PASSWORD}\n` })).code).toBe(0);
      },
    }),
  ]);
  await site.run("prices", { url: `${origin.url}/price` });
  await site.run("failing");
  await site.server.call("POST", "/api/v1/schedules", { name: "nightly", task: "prices", cron: "0 2 * * *" });
}, SLOW);
afterAll(async () => {
  await origin?.stop();
  await Promise.all([site, closed].map((one) => one?.[Symbol.asyncDispose]()));
});

const tab = (page: Page, name: string) => page.getByRole("tab", { name, exact: true }).click();

describe("the page of a task", () => {
  inBrowser(
    "shows how it does and its latest jobs, and is accessible when it is narrow",
    async () => {
      await site.open("/tasks/prices?tab=health", async (page) => {
        await page.getByText("100 %").waitFor();
        await page.getByRole("img", { name: "1 execution completed and 0 failed" }).waitFor();
        await page.getByRole("link", { name: "Job 1", exact: true }).waitFor();
        await page.locator(".chart canvas").nth(1).waitFor();
        await expectAccessible(page);
        await page.setViewportSize({ width: 400, height: 800 });
        await expectAccessible(page);
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      });
    },
    SLOW,
  );

  inBrowser(
    "shows its README without what a page could be harmed with",
    async () => {
      await site.open("/tasks/prices", async (page) => {
        await page.getByRole("tab", { name: "README", selected: true }).waitFor();
        const readme = page.locator(".markdown");
        await readme.getByRole("heading", { level: 2, name: "Prices" }).waitFor();
        await readme.getByRole("heading", { level: 3, name: "Deep heading" }).waitFor();
        const links = readme.getByRole("link");
        expect(await links.count()).toBe(1);
        expect(await links.getAttribute("href")).toBe("https://example.com/x");
        expect(await links.getAttribute("rel")).toContain("noopener");
        expect(await readme.locator("script, img, b").count()).toBe(0);
        await readme.getByText("<script>window.broken = true</script>").waitFor();
        await readme.getByText("Fish & chips").waitFor();
        expect(await page.evaluate("window.broken === undefined")).toBe(true);
        await expectAccessible(page);
      });
    },
    SLOW,
  );

  inBrowser(
    "shows the source of each version, and what changed",
    async () => {
      await site.open("/tasks/prices?tab=source", async (page) => {
        await page.locator(".code-keyword", { hasText: "async" }).first().waitFor();
        expect(await page.locator(".code-view").textContent()).toContain("return 2;");
        await page.getByLabel("Version", { exact: true }).selectOption("1.0.0");
        await page.getByText("return 1;").waitFor();
        await expectAccessible(page);
        await tab(page, "Versions");
        const changes = page.getByRole("group", { name: "Changes" });
        await changes.getByRole("row", { name: "added return 2;" }).waitFor();
        await changes.getByRole("row", { name: "removed return 1;" }).waitFor();
        await page.getByText("3 lines added, 2 removed.").waitFor();
        await expectAccessible(page);
        const { body } = await site.server.call("POST", "/api/v1/jobs", {
          task: "prices",
          version: "1.0.0",
          runAt: "2100-01-01T00:00:00Z",
        });
        await page.getByRole("link", { name: "1 queued" }).click();
        await page.getByRole("link", { name: `Job ${body.id}`, exact: true }).waitFor();
        expect(await page.getByLabel("Version", { exact: true }).inputValue()).toBe("1.0.0");
        await expectAccessible(page);
        await page.goBack();
        await page.getByLabel("From").selectOption("2.0.0");
        await page.getByText("The program is the same in both.").waitFor();
      });
    },
    SLOW,
  );

  inBrowser(
    "shows its schemas, permissions and limits",
    async () => {
      await site.open("/tasks/secretive?tab=schemas", async (page) => {
        await page.getByRole("group", { name: "Input schema" }).waitFor();
        await tab(page, "Permissions and limits");
        await page.getByText("API_TOKEN").waitFor();
        await page.getByText("HTTP requests").waitFor();
        await expectAccessible(page);
      });
    },
    SLOW,
  );

  inBrowser(
    "draws what starts it and what it touched, with links and in words",
    async () => {
      await site.open("/tasks/prices?tab=connections", async (page) => {
        const graph = page.getByRole("group", { name: "prices is started by schedule nightly and uses" });
        await graph.locator(".graph-name", { hasText: origin.url }).waitFor();
        const links = graph.getByRole("link");
        expect(await links.count()).toBe(2);
        await page
          .getByRole("listitem")
          .filter({ hasText: `origin ${origin.url} (1 call` })
          .waitFor();
        await expectAccessible(page);
        await links.filter({ hasText: "adding" }).focus();
        await page.keyboard.press("Enter");
        await page.getByRole("heading", { level: 1, name: "adding" }).waitFor();
      });
    },
    SLOW,
  );

  inBrowser(
    "disables and enables the task",
    async () => {
      await site.open("/tasks/waiting", async (page) => {
        await page.getByRole("button", { name: "Disable" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
        await page.getByRole("heading", { level: 1, name: "disabled" }).waitFor();
        expect(await page.getByRole("button", { name: "Run", exact: true }).isDisabled()).toBe(true);
        await page.getByRole("button", { name: "Enable" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Enable" }).click();
        await page.getByRole("heading", { level: 1, name: "enabled" }).waitFor();
      });
    },
    SLOW,
  );

  inBrowser(
    "shows a viewer no action",
    async () => {
      await closed.open("/login", async (page) => {
        await page.getByLabel("Name").fill("ada");
        await page.getByLabel("Password").fill(PASSWORD);
        await page.getByRole("button", { name: "Log in" }).click();
        await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
        await page.goto(`${closed.server.url}/tasks/prices`);
        await page.getByText("The task has no jobs yet.").waitFor();
        await page.getByText("ada").waitFor();
        for (const name of ["Run", "Disable", "Enable"]) {
          expect(await page.getByRole("button", { name, exact: true }).count()).toBe(0);
        }
        await expectAccessible(page);
      });
    },
    SLOW,
  );
});

inBrowser(
  "the list of tasks is searched by text and shows how each does",
  async () => {
    await site.open("/tasks", async (page) => {
      const row = (name: string) => page.getByRole("row", { name });
      await row("prices").getByText("100 %").first().waitFor();
      await row("failing").getByText("0 %", { exact: true }).first().waitFor();
      await row("adding").getByText("no run").waitFor();
      await row("adding").getByText("never").waitFor();
      await page.getByLabel("Search").fill("pric");
      await page.waitForURL("**/tasks?search=pric");
      await row("adding").waitFor({ state: "detached" });
      await row("prices").waitFor();
      await expectAccessible(page);
      await page.setViewportSize({ width: 400, height: 800 });
      await expectAccessible(page);
      await page.getByLabel("Search").fill("nothing like that");
      await page.getByText("No task matches.").waitFor();
    });
  },
  SLOW,
);
