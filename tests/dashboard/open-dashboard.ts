/**
 * The dashboard in a real browser, over a server with sample data:
 *
 *     let site: Dashboard;
 *     beforeAll(async () => { site = await openDashboard(); }, SLOW);
 *     afterAll(() => site?.[Symbol.asyncDispose]());
 *     inBrowser("the page shows ...", async () => {
 *       await site.open("/jobs", async (page) => { ... await expectAccessible(page); });
 *     }, SLOW);
 *
 * Each test has a page of its own, and fails if the page writes an error to the console or asks another server for
 * anything.
 */
import { expect } from "bun:test";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { BROWSER_ARGUMENTS, CHROMIUM } from "../support/browser.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

/** Time limit of a test in a browser, and of what prepares it. Milliseconds. */
export const SLOW = 120_000;

/** How long a page may take for one thing on a busy machine. Milliseconds. */
const PATIENCE_MS = 60_000;

/** A server with tasks, and a browser that looks at its dashboard. */
export interface Dashboard extends AsyncDisposable {
  place: Workplace;
  server: ServeProcess;
  /** Opens a page, uses it, and closes it. */
  open(path: string, use: (page: Page) => Promise<void>, options?: OpenOptions): Promise<void>;
  /** Creates a job and waits until it has ended. @returns its id */
  run(task: string, input?: unknown): Promise<number>;
}

/** How a page is opened. */
export interface OpenOptions extends BrowserContextOptions {
  /** The start of the address. @default the server's */
  base?: string;
  /** Errors that the test causes, as they appear in the console. @default none */
  expects?: RegExp;
}

/** How the server is started. */
export interface DashboardOptions {
  args?: readonly string[];
  env?: Record<string, string>;
  /** Prepares the folder before the server starts. */
  prepare?: (place: Workplace) => Promise<void> | void;
}

/** Starts the server and the browser. Without Chromium there is no browser, and `inBrowser` skips the tests. */
export async function openDashboard({ args = [], env = {}, prepare }: DashboardOptions = {}): Promise<Dashboard> {
  const place = newWorkplace();
  writeSampleTasks(place);
  await prepare?.(place);
  const server = await place.serve(args, env);
  const browser =
    CHROMIUM == null ? undefined : await chromium.launch({ executablePath: CHROMIUM, args: BROWSER_ARGUMENTS });
  return {
    place,
    server,
    open: (path, use, options = {}) => openPage(browser, path, use, { base: server.url, ...options }),
    async run(task, input = {}) {
      const { body } = await server.call("POST", "/api/v1/jobs", { task, input, maxRetries: 0 });
      const id = Number(body.id);
      await server.until(`/api/v1/jobs/${id}`, ({ finishedAt }) => finishedAt !== null);
      return id;
    },
    async [Symbol.asyncDispose]() {
      await browser?.close();
      place[Symbol.dispose]();
    },
  };
}

/** Tasks that every test can use: one that works, one that fails, and one that waits. */
function writeSampleTasks(place: Workplace): void {
  place.writeTask("adding", "(function ({ a, b }) { console.log('adding', a, b); return { sum: a + b }; })");
  place.writeTask(
    "failing",
    "(function (input) {\n  console.warn('about to fail');\n  throw new ValidationError(input.message ?? 'the invoice has no address');\n})",
  );
  place.writeTask(
    "waiting",
    "(async function ({ ms = 60000 }) { await new Promise((done) => setTimeout(done, ms)); })",
    {
      limits: { time: 120_000 },
    },
  );
}

async function openPage(
  browser: Browser | undefined,
  path: string,
  use: (page: Page) => Promise<void>,
  { base = "", expects, ...options }: OpenOptions,
): Promise<void> {
  if (browser === undefined) throw new Error("no browser");
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    const complaints: string[] = [];
    const complain = (text: string) => {
      if (expects?.test(text) !== true) complaints.push(text);
    };
    page.on("console", (message) => {
      if (message.type() === "error") complain(message.text());
    });
    page.on("pageerror", (error) => complain(error.stack || `${error.name}: ${error.message}`));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith(`${base}/`) && !/^(?:data|blob):/.test(url)) complain(`asked for ${url}`);
    });
    await page.goto(`${base}${path}`);
    await use(page);
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
  }
}
