import { afterEach, beforeEach, expect, test } from "bun:test";
import { RATCHET } from "../support/ratchet.ts";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
  place.writeTask("sleep", "async (ms) => { await new Promise((resolve) => setTimeout(resolve, ms)); return 'done'; }");
});
afterEach(() => place[Symbol.dispose]());

test.each(["SIGHUP", "SIGQUIT", "SIGINT", "SIGTERM"] as const)(
  "%s lets running jobs finish, says so, and ends the server with 0",
  async (signal) => {
    const server = await place.serve();
    const { body } = await server.call("POST", "/api/v1/jobs", { task: "sleep", input: 300 });
    await server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "processing");
    const ended = await server.end(signal);
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: "" });
    expect(ended.stdout).toContain(`"message":"${signal}: stopping;`);
    const again = await place.serve();
    const job = (await again.call("GET", `/api/v1/jobs/${body.id}`)).body;
    expect(job).toMatchObject({ status: "completed", rescues: 0 });
  },
);

test("a second signal of any kind ends the drain at once", async () => {
  const server = await place.serve();
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "sleep", input: 60_000 });
  await server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "processing");
  server.process.kill("SIGHUP");
  await server.until("/ready", ({ reasons }) => Array.isArray(reasons) && reasons.includes("draining"));
  expect(await server.end("SIGTERM")).toMatchObject({ signal: "SIGTERM" });
});

test.skipIf(process.platform !== "linux")("a server started with nohup goes on after SIGHUP", async () => {
  const child = Bun.spawn(["nohup", RATCHET, "serve", "--port", "0"], {
    cwd: place.folder,
    env: { PATH: Bun.env.PATH ?? "", HOME: place.folder },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "ignore",
  });
  try {
    const chunk = await child.stdout.getReader().read();
    const { url } = JSON.parse(new TextDecoder().decode(chunk.value));
    child.kill("SIGHUP");
    // The response was written after the signal: the server would have acted on it by then.
    for (let asked = 0; asked < 20; asked++) expect((await fetch(`${url}/ready`)).status).toBe(200);
    child.kill("SIGTERM");
    await child.exited;
    expect(child.exitCode).toBe(0);
  } finally {
    child.kill("SIGKILL");
  }
});
