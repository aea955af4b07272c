import { cpSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { atMost, type Benchmark, figure } from "./report.ts";
import { newFolder, type ServerProcess, startServer } from "./server-process.ts";
import { writeTask } from "./tasks.ts";

/** The first view is usable within this time, ms. */
const BAR_MS = 1_000;
const VIEWS = 7;
/** What Chromium may receive until the view is usable, and for a moment more: data and headers, bytes. */
const BAR_BYTES = 80 * 1024;
/** The moment more, ms. */
const REST_MS = 700;

const REASON = "the invoice has no address";

/** How long it takes until the navigation and the reason of the latest failure are visible, with an empty cache, and what was received. */
async function firstView(browser: Browser, { url }: ServerProcess): Promise<{ taken: number; bytes: number }> {
  const page = await browser.newPage();
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  // Streams of events do not finish.
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  const start = performance.now();
  await page.goto(`${url}/`, { waitUntil: "commit" });
  await page.getByRole("navigation").waitFor();
  await page.getByText(REASON).first().waitFor();
  const taken = performance.now() - start;
  await Bun.sleep(REST_MS);
  await page.close();
  return { taken, bytes };
}

async function failOnce({ url }: ServerProcess): Promise<void> {
  await fetch(`${url}/api/v1/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ task: "failing", maxRetries: 0 }),
  });
  for (;;) {
    const list = await fetch(`${url}/api/v1/executions?status=failed`);
    const { items } = (await list.json()) as { items: unknown[] };
    if (items.length > 0) return;
    await Bun.sleep(50);
  }
}

/** How soon people see what is going on. */
export const benchmark: Benchmark = {
  title: "First view of the dashboard",
  async run() {
    const path = Bun.which("chromium") ?? Bun.which("chromium-browser") ?? Bun.which("google-chrome");
    if (path === null) throw new Error("this benchmark needs Chromium");
    const server = await startServer(
      newFolder((folder) => {
        const task = writeTask("failing", `(function () { throw new Error("${REASON}"); })`);
        cpSync(task, join(folder, "tasks/failing"), { recursive: true });
      }),
    );
    await failOnce(server);
    const browser = await chromium.launch({ executablePath: path, args: ["--no-sandbox", "--disable-gpu"] });
    // The first page of a browser waits for the browser itself.
    await firstView(browser, server);
    const taken: number[] = [];
    let bytes = 0;
    for (let view = 0; view < VIEWS; view++) {
      const seen = await firstView(browser, server);
      taken.push(seen.taken);
      bytes = Math.max(bytes, seen.bytes);
    }
    await browser.close();
    await server.stop();
    const median = taken.sort((a, b) => a - b)[Math.floor(VIEWS / 2)] ?? Number.NaN;
    return {
      method: `Chromium opens \`/\` ${VIEWS} times, each time with an empty cache. The value is the median time until the navigation and the reason of the latest failure are visible. Received is the most that any of them received until ${REST_MS} ms later, data and headers, event streams not.`,
      rows: [
        { measure: "usable after", value: figure(median, "ms"), bar: atMost(median, BAR_MS, "ms") },
        { measure: "received", value: `${bytes} bytes`, bar: atMost(bytes, BAR_BYTES, "bytes") },
      ],
    };
  },
};
