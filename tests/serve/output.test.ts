import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { RATCHET } from "../support/ratchet.ts";
import { newWorkplace } from "../support/serve-process.ts";

/** Takes lines up to the announcement, then nothing until the gate has one, then the rest. */
const SLOW_READER = `{ while read -r line; do echo "$line"; case "$line" in *'"pid":'*) break; esac; done; read -r go < gate; cat; }`;

test("a reader that stands still holds up the messages, not the server, and misses only what is said to be left out", async () => {
  using place = newWorkplace();
  Bun.spawnSync(["mkfifo", join(place.folder, "gate")]);
  const child = Bun.spawn(["sh", "-c", `"${RATCHET}" serve --port 0 2>&1 | ${SLOW_READER}`], {
    cwd: place.folder,
    env: { PATH: Bun.env.PATH ?? "", HOME: place.folder, RATCHET_LOG_LEVEL: "debug" },
    stdout: "pipe",
  });
  const lines = linesOf(child.stdout);
  let ready = { message: "", url: "", pid: 0 };
  while (!ready.pid) ready = JSON.parse((await lines.next()).value ?? "");
  const { url, pid } = ready;
  const headers = { "content-type": "application/json" };
  try {
    const jobs = Array.from({ length: 5_000 }, () => ({ task: "heartbeat", input: {} }));
    const made = await fetch(`${url}/api/v1/jobs/batch`, { method: "POST", headers, body: JSON.stringify({ jobs }) });
    expect(made.status).toBe(201);
    for (let completed = 0; completed < jobs.length; await Bun.sleep(20)) {
      const stats = (await (await fetch(`${url}/api/v1/stats`)).json()) as { jobs: { completed: number } };
      completed = stats.jobs.completed;
    }
    writeFileSync(join(place.folder, "gate"), "go\n");
    process.kill(pid, "SIGTERM");
    const seen: { level: string; message: string; lines?: number }[] = [];
    for await (const line of lines) seen.push(JSON.parse(line));
    expect(seen.at(-1)).toMatchObject({ message: "stopped" });
    const leftOut = seen.filter(({ message }) => message === "messages were not read in time");
    expect(leftOut).toHaveLength(1);
    expect(leftOut[0]?.lines).toBeGreaterThan(100);
    // Every job was queued, started and completed: what was not written was counted.
    const ofJobs = seen.filter(({ message }) => message.startsWith("job."));
    expect(ofJobs.length + (leftOut[0]?.lines ?? 0)).toBe(15_000);
  } finally {
    child.kill("SIGKILL");
    Bun.spawnSync(["kill", "-KILL", String(pid)], { stderr: "ignore" });
  }
}, 30_000);

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
}
