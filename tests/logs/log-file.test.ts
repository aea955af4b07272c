import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type LogFile, openLogFile } from "../../src/cli/commands/serve/log-file.ts";
import { eventually } from "../support/eventually.ts";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
beforeAll(() => {
  place = newWorkplace();
  place.writeTask("talk", `() => { console.log("first\\nforged\\u001b[1m task=x"); throw new DataError("no good"); }`);
});
afterAll(() => place[Symbol.dispose]());

const read = (file: string) => readFileSync(join(place.folder, file), "utf8");

/** Runs a server with a log file, and a job that writes a line and fails. */
async function runServer(env: Record<string, string>) {
  const server = await place.serve([], env);
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "talk", maxRetries: 0 });
  const job = await server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "failed");
  const { stdout } = await server.end();
  return { job, stdout };
}

describe("the log file of a server", () => {
  test("has messages and console lines as JSON, with everything that they belong to, for its owner only", async () => {
    const { job, stdout } = await runServer({ RATCHET_LOGGING_FILE_PATH: "logs/server.log" });
    expect(statSync(join(place.folder, "logs/server.log")).mode & 0o777).toBe(0o600);
    const lines = read("logs/server.log")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const ids = { task: "talk", jobId: job.id, traceId: job.traceId };
    const of = lines.find(({ message }) => message.startsWith("first"));
    expect(of).toMatchObject({ level: "info", executionId: expect.any(Number), ...ids });
    expect(lines.find(({ message }) => message === "job.failed")).toMatchObject({
      ...ids,
      executionId: of.executionId,
    });
    expect(lines.find(({ url }) => url !== undefined)).toMatchObject({
      level: "info",
      message: expect.stringMatching(/^Ratchet \S+ is ready at http:/),
      folder: expect.stringContaining("/"),
    });
    expect(lines.at(-1)).toMatchObject({ message: "stopped" });
    // What tasks print stays out of the standard streams.
    expect(stdout).not.toContain("forged");
    expect(stdout).toContain("job.failed");
  });

  test("as text, has the ids where no task can write, and no control characters", async () => {
    const { job } = await runServer({ RATCHET_LOGGING_FILE_PATH: "text.log", RATCHET_LOG_FORMAT: "text" });
    const lines = read("text.log").trimEnd().split("\n");
    const at = lines.findIndex((line) => line.includes("first"));
    expect(lines[at]).toMatch(
      new RegExp(`^\\S+Z info  \\[task=talk jobId=${job.id} executionId=\\d+ traceId=${job.traceId}\\] first$`),
    );
    expect(lines[at + 1]).toBe("  | forged\\u001b[1m task=x");
  });

  test("is a file: a device keeps its mode, and a pipe without a reader holds up nothing", async () => {
    await Bun.$`mkfifo ${join(place.folder, "pipe")}`;
    const before = statSync("/dev/full").mode;
    for (const path of ["pipe", "/dev/full"]) {
      const env = { RATCHET_LOGGING_FILE_PATH: path };
      const { code, stderr } = await place.ratchet(["serve", "--port", "0"], { env });
      expect(stderr).toContain(`The log ${path} can't be written: it is not a file.`);
      expect(code).toBe(6);
    }
    expect(statSync("/dev/full").mode).toBe(before);
  });

  test("that can't be written any longer is said once where the log goes otherwise", async () => {
    const server = await place.serve([], { RATCHET_LOGGING_FILE_PATH: "gone-logs/server.log" });
    rmSync(join(place.folder, "gone-logs"), { recursive: true });
    for (let n = 0; n < 3; n++) {
      const { body } = await server.call("POST", "/api/v1/jobs", { task: "talk", maxRetries: 0 });
      await server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "failed");
    }
    await server.complained(/gone-logs\/server\.log can't be written/);
    const { stderr } = await server.end();
    expect(stderr.match(/can't be written/g)).toHaveLength(1);
  });

  test("that can't be written keeps the server from starting", async () => {
    place.write("file", "");
    const { code, stderr } = await place.ratchet(["serve", "--port", "0"], {
      env: { RATCHET_LOGGING_FILE_PATH: "file/below.log" },
    });
    expect(code).toBe(6);
    expect(stderr).toContain("file/below.log");
    place.write("ratchet.yaml", "logging:\n  file:\n    path: ../elsewhere.log\n");
    const refused = await place.ratchet(["serve", "--port", "0"]);
    rmSync(join(place.folder, "ratchet.yaml"));
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("logging.file.path");
    expect(existsSync(join(place.folder, "../elsewhere.log"))).toBe(false);
  });
});

describe("a log file", () => {
  const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
  const open = (name: string, more: { maxBytes?: number; maxFiles?: number } = {}): LogFile & { path: string } => {
    const path = join(place.folder, name);
    const lost = (lines: number) => `lost ${lines}\n`;
    return { path, ...openLogFile({ path, maxBytes: 1_000, maxFiles: 3, lost, ...more }) };
  };

  test("is renamed when it is full, and no more files are kept than allowed", async () => {
    const log = open("rotated/a.log");
    for (let n = 0; n < 100; n++) {
      log.write(`${String(n).padStart(99, ".")}\n`);
      if (n % 7 === 0) await nextTurn();
    }
    log.close();
    expect(readdirSync(join(place.folder, "rotated")).toSorted()).toEqual(["a.log", "a.log.1", "a.log.2"]);
    const written = ["a.log.2", "a.log.1", "a.log"].map((name) => read(`rotated/${name}`));
    for (const text of written) expect(text.length).toBeLessThanOrEqual(1_000);
    // Nothing is missing between the oldest line that is kept and the last one.
    const numbers = written
      .join("")
      .trimEnd()
      .split("\n")
      .map((line) => Number(line.replace(/^\.+/, "")));
    expect(numbers).toEqual(Array.from({ length: numbers.length }, (_, at) => 100 - numbers.length + at));
    expect(numbers.length).toBeGreaterThan(20);
  });

  test("that is the only one is replaced, and one line may be longer than a file", async () => {
    const log = open("single.log", { maxFiles: 1 });
    log.write(`${"x".repeat(2_000)}\n`);
    await nextTurn();
    log.write("last\n");
    log.close();
    expect(read("single.log")).toBe("last\n");
  });

  test("that another tool renames, deletes or empties is followed by a new one", async () => {
    const log = open("moved.log", { maxBytes: 1_000_000 });
    log.write("one\n");
    await nextTurn();
    renameSync(log.path, `${log.path}.old`);
    log.write("two\n");
    await nextTurn();
    expect(read("moved.log.old")).toBe("one\n");
    expect(read("moved.log")).toBe("two\n");
    rmSync(log.path);
    log.write("three\n");
    await nextTurn();
    expect(read("moved.log")).toBe("three\n");
    truncateSync(log.path, 0);
    log.write("four\n");
    log.close();
    expect(read("moved.log")).toBe("four\n");
  });

  test("is continued, and others may not read it any longer", () => {
    writeFileSync(join(place.folder, "old.log"), "before\n");
    chmodSync(join(place.folder, "old.log"), 0o644);
    const log = open("old.log");
    log.write("after\n");
    log.close();
    expect(read("old.log")).toBe("before\nafter\n");
    expect(statSync(log.path).mode & 0o777).toBe(0o600);
  });

  test("on a full disk has whole lines only, and later says how many are missing", async () => {
    const disk = join(place.folder, "disk");
    mkdirSync(disk);
    const mounted = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], { stderr: "ignore" });
    if (mounted.exitCode !== 0) return;
    try {
      const log = open("disk/full.log", { maxBytes: 10_000_000 });
      const line = `${"y".repeat(9_999)}\n`;
      for (let n = 0; n < 10; n++) {
        log.write(line);
        await nextTurn();
      }
      const whole = read("disk/full.log");
      expect(whole).toBe(line.repeat(whole.length / line.length));
      expect(whole.length / line.length).toBeLessThan(10);
      truncateSync(log.path, 0);
      log.write("room\n");
      log.close();
      expect(read("disk/full.log")).toBe(`lost ${10 - whole.length / line.length}\nroom\n`);
    } finally {
      Bun.spawnSync(["umount", "-l", disk]);
    }
  });

  test("whose folder goes away costs lines, and nothing else", async () => {
    const log = open("gone/a.log");
    rmSync(join(place.folder, "gone"), { recursive: true });
    log.write("nowhere\n");
    await nextTurn();
    mkdirSync(join(place.folder, "gone"));
    log.write("here\n");
    await eventually(() => existsSync(log.path));
    log.close();
    expect(read("gone/a.log")).toBe("lost 1\nhere\n");
  });
});
