import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";
import { RATCHET } from "../support/ratchet.ts";
import { newWorkplace } from "../support/serve-process.ts";

/** Takes lines up to the announcement, then nothing until the gate has one, then the rest. */
const SLOW_READER = `{ while read -r line; do echo "$line"; case "$line" in *'"pid":'*) break; esac; done; read -r go < gate; cat; }`;

test("a reader that stops reading delays messages, not the server, and misses only what is reported as omitted", async () => {
  using place = newWorkplace();
  place.writeTask("bad", "() => { throw new ValidationError('no'); }");
  Bun.spawnSync(["mkfifo", join(place.folder, "gate")]);
  const child = Bun.spawn(["sh", "-c", `"${RATCHET}" serve --dev --port 0 2>&1 | ${SLOW_READER}`], {
    cwd: place.folder,
    env: { PATH: Bun.env.PATH ?? "", HOME: place.folder },
    stdout: "pipe",
  });
  const lines = linesOf(child.stdout);
  let ready = { message: "", url: "", pid: 0 };
  while (!ready.pid) ready = JSON.parse((await lines.next()).value ?? "");
  const { url, pid } = ready;
  const headers = { "content-type": "application/json" };
  try {
    // Some fail: their messages go to the other stream, into the same pipe.
    const jobs = Array.from({ length: 5_000 }, (_, n) => ({
      task: n % 10 === 0 ? "bad" : "heartbeat",
      input: {},
      maxRetries: 0,
    }));
    const made = await fetch(`${url}/api/v1/jobs/batch`, { method: "POST", headers, body: JSON.stringify({ jobs }) });
    expect(made.status).toBe(201);
    await eventually(async () => {
      const stats = (await (await fetch(`${url}/api/v1/stats`)).json()) as { jobs: Record<string, number> };
      return (stats.jobs.completed ?? 0) + (stats.jobs.failed ?? 0) === jobs.length;
    });
    writeFileSync(join(place.folder, "gate"), "go\n");
    process.kill(pid, "SIGTERM");
    const seen: { level: string; message: string; lines?: number }[] = [];
    for await (const line of lines) seen.push(JSON.parse(line));
    expect(seen.at(-1)).toMatchObject({ message: "stopped" });
    const leftOut = seen.filter(({ message }) => message === "messages were not read in time");
    expect(leftOut).toHaveLength(1);
    expect(leftOut[0]?.lines).toBeGreaterThan(100);
    // Every job was queued, it and its execution started and ended, and 500 failures were explained: what was not written
    // was counted.
    const ofJobs = seen.filter(({ message }) => /^(?:job\.|execution\.|bad:)/.test(message));
    expect(ofJobs.length + (leftOut[0]?.lines ?? 0)).toBe(25_500);
  } finally {
    child.kill("SIGKILL");
    Bun.spawnSync(["kill", "-KILL", String(pid)], { stderr: "ignore" });
  }
}, 120_000);

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}
