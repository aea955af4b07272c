import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { atLeast, atMost, type Benchmark, figure } from "./report.ts";
import { newFolder, type ServerProcess, startServer } from "./server-process.ts";
import { median } from "./statistics.ts";
import { writeTask } from "./tasks.ts";

/** Lines of the log that is scrolled, and frames per second at least. */
const LINES = 100_000;
const BAR_FRAMES = 50;
/** How long it is scrolled, ms. */
const SCROLLED_MS = 5_000;
/** A line is on the page within this time, ms. */
const BAR_MS = 300;
/** Lines whose way to the page is measured, one every 250 ms. */
const FOLLOWED = 40;

const TALKING = `(function ({ count }) {
  for (let line = 0; line < count; line++) console.log("line " + line + " of a log that somebody scrolls through");
})`;
const TICKING = `(async function ({ count }) {
  await new Promise((done) => setTimeout(done, 4000));
  for (let line = 0; line < count; line++) {
    console.log("at " + Date.now());
    await new Promise((done) => setTimeout(done, 250));
  }
})`;

/** Scrolls 180 pixels a frame, which is fast reading, with a jump to another part of the log every second. */
const SCROLL = `new Promise((done) => {
  const view = document.querySelector("[role=log]");
  const start = performance.now();
  let frames = 0;
  let jumps = 0;
  const step = (now) => {
    frames += 1;
    const taken = now - start;
    if (taken > ${SCROLLED_MS}) return done((frames * 1000) / taken);
    if (taken > (jumps + 1) * 1000) {
      jumps += 1;
      view.scrollTop = (view.scrollHeight * jumps) / 6;
    } else view.scrollTop += 180;
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})`;

/** Notes how long after a line says that it was written it is on the page. */
const WATCH = `window.delays = new Map();
new MutationObserver(() => {
  for (const line of document.querySelectorAll(".log-message")) {
    const at = Number(/^at (\\d+)$/.exec(line.textContent)?.[1]);
    if (at > 0 && !window.delays.has(at)) window.delays.set(at, Date.now() - at);
  }
}).observe(document.body, { subtree: true, childList: true, characterData: true });`;

async function create({ post }: ServerProcess, task: string, count: number): Promise<number> {
  const response = await post("/api/v1/jobs", JSON.stringify({ task, input: { count }, maxRetries: 0 }));
  return Number(((await response.json()) as { id: number }).id);
}

async function ended(page: Page): Promise<void> {
  await page.locator("h1 .badge", { hasText: "completed" }).waitFor({ timeout: 60_000 });
}

async function framesPerSecond(browser: Browser, server: ServerProcess): Promise<number> {
  const id = await create(server, "talking", LINES);
  const page = await browser.newPage();
  await page.goto(`${server.url}/jobs/${id}`);
  await ended(page);
  await page.getByText(`${LINES.toLocaleString("en")} lines`).waitFor();
  const frames = Number(await page.evaluate(SCROLL));
  await page.close();
  return frames;
}

async function delays(browser: Browser, server: ServerProcess): Promise<number[]> {
  const id = await create(server, "ticking", FOLLOWED);
  const page = await browser.newPage();
  await page.goto(`${server.url}/jobs/${id}`);
  await page.evaluate(WATCH);
  await ended(page);
  const found = (await page.evaluate("[...window.delays.values()]")) as number[];
  await page.close();
  if (found.length < FOLLOWED / 2) throw new Error(`only ${found.length} lines were on the page`);
  return found;
}

function writeTasks(folder: string): void {
  for (const [label, source] of [
    ["talking", TALKING],
    ["ticking", TICKING],
  ] as const) {
    const target = join(folder, "tasks", label);
    cpSync(writeTask(label, source), target, { recursive: true });
    const file = join(target, "metadata.json");
    const metadata = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(
      file,
      JSON.stringify({ ...metadata, uuid: crypto.randomUUID(), limits: { logs: 16_000_000, time: 120_000 } }),
    );
  }
}

/** How the log of an execution behaves on its page. */
export const benchmark: Benchmark = {
  title: "The log on the page of a job",
  async run() {
    const path = Bun.which("chromium") ?? Bun.which("chromium-browser") ?? Bun.which("google-chrome");
    if (path === null) throw new Error("this benchmark needs Chromium");
    const server = await startServer(newFolder(writeTasks));
    const browser = await chromium.launch({ executablePath: path, args: ["--no-sandbox", "--disable-gpu"] });
    const frames = await framesPerSecond(browser, server);
    const taken = await delays(browser, server);
    await browser.close();
    await server.stop();
    const worst = Math.max(...taken);
    return {
      method: `A task writes ${LINES} lines. Its log is scrolled by 180 pixels each frame for ${SCROLLED_MS / 1_000} s, with a jump to another part every second; lines are loaded as they come into view. Another task writes a line with the time every 250 ms, ${FOLLOWED} in all; the page notes when it shows them.`,
      rows: [
        { measure: "frames per second", value: figure(frames, ""), bar: atLeast(frames, BAR_FRAMES) },
        { measure: "a line is on the page after, median", value: figure(median(taken), "ms") },
        { measure: "at worst", value: figure(worst, "ms"), bar: atMost(worst, BAR_MS, "ms") },
      ],
    };
  },
};
