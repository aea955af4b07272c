import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { RATCHET } from "../support/ratchet.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

const TALK = `async () => {
  console.debug("little"); console.log("plain [x] text"); console.warn("careful"); console.error("broken\\u001b[2J");
  return 1;
}`;

let place: Workplace;
let server: ServeProcess;
beforeAll(async () => {
  place = newWorkplace();
  place.writeTask("talk", TALK);
  place.writeTask("fail", "() => { console.log('before the end'); throw new DataError('no good'); }");
  place.writeTask(
    "wait",
    "async (input) => { console.log('begun'); await new Promise((r) => setTimeout(r, input.ms)); return 1; }",
  );
  server = await place.serve();
});
afterAll(() => place[Symbol.dispose]());

interface Item {
  id: string;
  time: string;
  level: string;
  message: string;
  task: string | null;
  jobId: number | null;
  executionId: number | null;
  traceId: string | null;
}

async function logs(query: string): Promise<{ items: Item[]; nextCursor: string | null }> {
  const { status, body } = await server.call("GET", `/api/v1/logs?${query}`);
  expect(status).toBe(200);
  return body as unknown as { items: Item[]; nextCursor: string | null };
}

async function runJob(task: string, input: unknown = {}): Promise<number> {
  const { body } = await server.call("POST", "/api/v1/jobs", { task, input, maxRetries: 0 });
  const ended = (status: unknown) => status === "completed" || status === "failed";
  await server.until(`/api/v1/jobs/${body.id}`, ({ status }) => ended(status));
  return Number(body.id);
}

describe("the list of lines", () => {
  test("has the lines of a job, newest first, with everything that they belong to", async () => {
    const job = await runJob("talk");
    const { items, nextCursor } = await logs(`job=${job}`);
    expect(nextCursor).toBeNull();
    expect(items.map(({ message }) => message)).toEqual(["broken\u001b[2J", "careful", "plain [x] text", "little"]);
    const { body } = await server.call("GET", `/api/v1/jobs/${job}`);
    for (const item of items) {
      expect(item).toMatchObject({ task: "talk", jobId: job, traceId: String(body.traceId) });
      expect(item.traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(new Date(item.time).toISOString()).toBe(item.time);
    }
    expect(await logs(`execution=${items[0]?.executionId}`)).toEqual({ items, nextCursor });
    expect((await logs(`execution=${items[0]?.executionId}&order=asc`)).items).toEqual(items.toReversed());
  });

  test("is filtered by level and above, by time, and by plain text", async () => {
    const job = await runJob("talk");
    const messages = async (query: string) => (await logs(`job=${job}&${query}`)).items.map(({ message }) => message);
    expect(await messages("level=warn")).toEqual(["broken\u001b[2J", "careful"]);
    expect(await messages("level=error")).toHaveLength(1);
    expect(await messages("grep=%5Bx%5D")).toEqual(["plain [x] text"]);
    expect(await messages("grep=.")).toEqual([]);
    expect(await messages("since=1h")).toHaveLength(4);
    expect(await messages(`since=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
    const ofTask = (await logs("task=talk&level=error&since=1h")).items;
    expect(ofTask.length).toBeGreaterThan(0);
    expect(new Set(ofTask.map(({ level, task }) => `${level} ${task}`))).toEqual(new Set(["error talk"]));
  });

  test("comes in pages without loss or repetition", async () => {
    await runJob("talk");
    for (const query of ["task=talk&", "", "task=talk&grep=a&", "level=warn&"]) {
      const all = (await logs(`${query}limit=1000`)).items.filter(({ task }) => task === "talk");
      const paged: Item[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const page = await logs(`${query}limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`);
        expect(page.items.length).toBeLessThanOrEqual(3);
        paged.push(...page.items.filter(({ task }) => task === "talk"));
        cursor = page.nextCursor;
      }
      expect(paged).toEqual(all);
    }
  });

  test("has what the server says, also about a job", async () => {
    const job = await runJob("fail");
    const about = ({ items }: { items: Item[] }) => items.some(({ message }) => message.startsWith("job.failed"));
    await server.until(`/api/v1/logs?job=${job}`, (body) => about(body as never));
    const { items } = await logs(`job=${job}`);
    expect(items.map(({ message }) => message.split(" ")[0])).toEqual(["job.failed", "before"]);
    expect(items[0]).toMatchObject({ level: "info", task: "fail", jobId: job });
    expect(items[0]?.traceId).toBe(items[1]?.traceId as string);
    // The console of the execution has only what the task wrote.
    const console = await server.call("GET", `/api/v1/executions/${items[1]?.executionId}/logs`);
    expect(console.body.items).toMatchObject([{ seq: 0, message: "before the end" }]);
  });

  test("says what is wrong with a request", async () => {
    const status = async (query: string) => (await server.call("GET", `/api/v1/logs?${query}`)).status;
    expect(await status("task=nothing")).toBe(404);
    expect(await status("job=999999")).toBe(404);
    expect(await status("execution=999999")).toBe(404);
    for (const wrong of ["level=loud", "since=yesterday", "cursor=x", "limit=0", "color=red"]) {
      expect(await status(wrong)).toBe(400);
    }
  });

  test("is in GraphQL too", async () => {
    const job = await runJob("talk");
    const query = `{ logs(job: ${job}, level: "warn") { items { id message task jobId executionId traceId } nextCursor } }`;
    const { body } = await server.call("POST", "/graphql", { query });
    const { items } = await logs(`job=${job}&level=warn`);
    expect(body.data).toMatchObject({
      logs: { nextCursor: null, items: items.map(({ id, message }) => ({ id, message })) },
    });
  });
});

describe("the stream of lines", () => {
  /** Reads blocks of a stream until one has a text. */
  async function until(stream: AsyncIterator<Uint8Array>, text: string): Promise<string> {
    let seen = "";
    while (!seen.includes(text)) {
      const { value, done } = await stream.next();
      if (done) throw new Error(`the stream ended: ${seen}`);
      seen += new TextDecoder().decode(value);
    }
    return seen;
  }

  test.each(["job", "direct execution"])("has the lines of a running %s while it runs", async (kind) => {
    const abort = new AbortController();
    const response = await fetch(`${server.url}/api/v1/logs/stream?task=wait`, { signal: abort.signal });
    expect(response.headers.get("content-type")).toStartWith("text/event-stream");
    const stream = (response.body as unknown as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    // It runs until it is cancelled, after its line has come.
    const input = { ms: 60_000 };
    if (kind === "job") await server.call("POST", "/api/v1/jobs", { task: "wait", input });
    else void server.call("POST", "/api/v1/tasks/wait/execute", { input }).catch(() => {});
    const seen = await until(stream, "begun");
    const { items } = JSON.parse(/^data: (.*)$/m.exec(seen)?.[1] ?? "") as { items: Item[] };
    expect(items).toMatchObject([{ message: "begun", task: "wait", level: "info" }]);
    expect(seen).toMatch(/^id: \d+\nevent: lines$/m);
    const { body } = await server.call("GET", `/api/v1/executions/${items[0]?.executionId}`);
    expect(body.status).toBe("running");
    abort.abort();
    // Those who come back continue after the line that they saw.
    const again = await fetch(`${server.url}/api/v1/logs/stream?task=wait`, {
      headers: { "last-event-id": String(Number(items[0]?.id) - 1) },
    });
    const continued = (again.body as unknown as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    expect(await until(continued, "begun")).toContain(`"id":"${items[0]?.id}"`);
    await continued.return?.();
    await server.call("POST", `/api/v1/executions/${items[0]?.executionId}/cancel`);
  });
});

describe("ratchet logs", () => {
  const run = (...args: string[]) => place.ratchet(["logs", "--server", server.url, ...args]);

  test("prints what matches, oldest first, and nothing that moves the cursor", async () => {
    const job = await runJob("talk");
    const shown = await run("--job", String(job), "--level", "info");
    expect(shown.stderr).toBe("");
    expect(
      shown.stdout
        .trimEnd()
        .split("\n")
        .map((line) => line.replace(/^\S+ /, "")),
    ).toEqual(["[info] plain [x] text", "[warn] careful", "[error] broken\\u001b[2J"]);
    const json = await run("--task", "talk", "--since", "1h", "--grep", "careful", "--limit", "1", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({ message: "careful", task: "talk", jobId: job, level: "warn" });
    expect((await run("--level", "loud")).code).toBe(2);
    expect((await run("--since", "yesterday")).code).toBe(2);
  });

  test("without conditions, prints everything, and says what each line belongs to", async () => {
    const job = await runJob("talk");
    const { stdout } = await run();
    expect(stdout).toContain(`[warn] talk job ${job} execution `);
    const times = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(" ")[0] ?? "")
      .filter((time) => time.endsWith("Z"));
    expect(times).toEqual(times.toSorted());
  });

  test("follows lines as they are written", async () => {
    const child = Bun.spawn([RATCHET, "logs", "--follow", "--task", "wait", "--json", "--server", server.url], {
      cwd: place.folder,
      stdout: "pipe",
      stderr: "pipe",
    });
    const lines = (child.stdout as unknown as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    const { body } = await server.call("POST", "/api/v1/jobs", { task: "wait", input: { ms: 60_000 } });
    let seen = "";
    while (!seen.includes(`"jobId":${body.id},`)) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`it ended: ${seen}`);
      seen += new TextDecoder().decode(value);
    }
    expect((await server.call("GET", `/api/v1/jobs/${body.id}`)).body.status).toBe("processing");
    child.kill("SIGINT");
    await child.exited;
    expect(child.signalCode).toBe("SIGINT");
    await server.call("POST", `/api/v1/jobs/${body.id}/cancel`);
  });

  test.each(["job", "execution"] as const)(
    "follows one %s until it has ended, and ends at once if it has",
    async (kind) => {
      const { body } = await server.call("POST", "/api/v1/jobs", { task: "wait", input: { ms: 60_000 } });
      const listed = `/api/v1/executions?jobId=${body.id}&status=running`;
      const { items } = await server.until(listed, (page) => Array.isArray(page.items) && page.items.length > 0);
      const [execution] = items as [{ id: number }];
      const named = kind === "job" ? ["--job", String(body.id)] : [String(execution.id)];
      const command = [RATCHET, "logs", "--follow", ...named, "--json", "--server", server.url];
      const child = Bun.spawn(command, { cwd: place.folder, stdout: "pipe", stderr: "pipe" });
      const reader = child.stdout.getReader();
      const { value } = await reader.read();
      expect(new TextDecoder().decode(value)).toContain(`"jobId":${body.id},`);
      expect(child.exitCode).toBe(null);
      await server.call("POST", `/api/v1/jobs/${body.id}/cancel`);
      while (!(await reader.read()).done);
      expect(await child.exited).toBe(0);
      const again = Bun.spawn(command, { cwd: place.folder, stdout: "pipe", stderr: "pipe" });
      expect(await again.exited).toBe(0);
      expect(await new Response(again.stdout).text()).toContain(`"executionId":${execution.id},`);
    },
  );
});

test("the log says when a server was ready and when it was told to stop", async () => {
  using own = newWorkplace();
  const first = await own.serve();
  await first.end();
  const second = await own.serve();
  const messages = async () => {
    const { items } = (await second.call("GET", "/api/v1/logs")).body as unknown as { items: Item[] };
    return items.map(({ message }) => message.replace(/ (?:is ready|have \d).*/, ""));
  };
  await eventually(async () => (await messages()).length >= 3);
  expect(await messages()).toEqual([
    expect.stringMatching(/^Ratchet \S+$/),
    "SIGTERM: stopping; running jobs",
    expect.stringMatching(/^Ratchet \S+$/),
  ]);
});
