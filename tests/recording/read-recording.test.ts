import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { HttpSend } from "../../src/domain/http.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import { readRecording } from "../../src/execution/recording/read-recording.ts";
import { SESSION_FILES } from "../../src/execution/recording/recorded-session.ts";
import { createRecorder } from "../../src/execution/recording/recorder.ts";
import { loadTask } from "../../src/task/load.ts";
import { call } from "../support/http-call.ts";
import { temporaryFolder, writeTask } from "../support/task-folder.ts";

const USAGE = { durationMs: 1.5, cpuMs: 1.5, peakMemoryBytes: 1, fetchCount: 1, fetchBytes: 2 };
let place: Awaited<ReturnType<typeof temporaryFolder>>;
let session: string;
beforeAll(async () => {
  place = await temporaryFolder();
  session = await record({ sum: 3 }, join(place.path, "one"));
});
afterAll(() => place[Symbol.asyncDispose]());

const completed = (output: JsonValue) => ({
  status: "completed" as const,
  outputJson: JSON.stringify(output),
  usage: USAGE,
});
const NO_SANDBOX = {
  engine: "quickjs",
  execute: () => Promise.reject(new Error("nothing is to be run")),
  stop: async () => {},
};

/** Records without a sandbox: what it would have told. */
async function record(output: JsonValue, dir: string): Promise<string> {
  const task = await loadTask(await writeTask(place.path, "() => 1"));
  const executor = { ...NO_SANDBOX, execute: async () => completed(output) };
  const recorder = createRecorder({ dir, task, input: { a: 1 }, executor, executionId: "id-1", attempt: 2 });
  const answer: HttpSend = () =>
    Promise.resolve({
      status: 200,
      statusText: "",
      url: "https://h/",
      redirected: false,
      headers: [],
      body: new Uint8Array(2),
    });
  await call(recorder.http(answer), "https://h/?token=abc");
  recorder.onLog({ level: "warn", message: "two\nlines", time: Date.UTC(2026, 0, 1) });
  recorder.onJournal({
    seed: "00000000000000ff",
    startedAt: 1,
    timeZone: "UTC",
    clock: [["12", 3]],
    random: ["AAE="],
    hostTexts: [],
    deliveries: [],
  });
  return await recorder.finish(completed(output));
}

/** A copy of the session with one file changed or removed. */
async function damaged(file: string, change: ((text: string) => string) | undefined): Promise<string> {
  const copy = join(place.path, crypto.randomUUID());
  await cp(session, copy, { recursive: true });
  const path = join(copy, file);
  if (change === undefined) await rm(path);
  else
    await Bun.write(
      path,
      change(
        await Bun.file(path)
          .text()
          .catch(() => ""),
      ),
    );
  return copy;
}

/** Packs files of the session. @param names of the files and of their entries */
async function archived(names: readonly [file: string, entry: string][]): Promise<string> {
  const { default: JSZip } = await import("jszip");
  const zip = new JSZip();
  for (const [file, entry] of names) {
    const content = Bun.file(join(session, file));
    if (await content.exists()) zip.file(entry, await content.text());
  }
  const path = join(place.path, `${crypto.randomUUID()}.zip`);
  await Bun.write(path, await zip.generateAsync({ type: "uint8array" }));
  return path;
}

describe("reading", () => {
  test("gives what was recorded", async () => {
    const recording = await readRecording(session);
    expect(recording).toMatchObject({
      folder: session,
      input: { a: 1 },
      outcome: { status: "completed", output: { sum: 3 } },
      environment: {
        format: 1,
        engine: "quickjs",
        task: { label: "recorded", version: "1.0.0", checksum: expect.stringMatching(/^[0-9a-f]{64}$/) },
        execution: { id: "id-1", attempt: 2 },
        limits: { timeMs: 30_000 },
        usage: USAGE,
        journal: { seed: "00000000000000ff", clock: [["12", 3]] },
      },
    });
    expect(recording.exchanges[0]?.request.url).toBe("https://h/?token=__masked_token_1__");
  });

  test("finds the only session in a folder", async () => {
    expect((await readRecording(join(place.path, "one"))).folder).toBe(session);
  });

  test("reads a .zip with the files in a folder, or without one", async () => {
    for (const folder of ["", "ratchet_session_20260101_000000/"]) {
      const path = await archived(Object.values(SESSION_FILES).map((name): [string, string] => [name, folder + name]));
      expect(await readRecording(path)).toEqual({ ...(await readRecording(session)), folder: path });
    }
  });

  test("the trace has one line for each step", async () => {
    const lines = (await Bun.file(join(session, "tracing.log")).text()).trimEnd().split("\n");
    expect(lines.every((line) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /.test(line))).toBe(true);
    expect(lines.map((line) => line.slice(25).replace(/[\d.]+ ms/, "N ms"))).toEqual([
      "execution id-1 started: task recorded 1.0.0, attempt 2",
      "fetch 0 started: GET https://h/?token=__masked_token_1__",
      "fetch 0 ended in N ms: status 200, 2 bytes",
      'console.warn "two\\nlines"',
      "execution completed after N ms",
    ]);
  });
});

describe("an archive that is not a recording", () => {
  const messageOf = async (path: string) => {
    const error = await readRecording(path).catch((e) => e);
    expect([error.code, error.problems[0].remedy.length > 10]).toEqual(["RECORDING_INVALID", true]);
    return String(error.message);
  };

  test("has another content, no or several recordings, a missing file, or is cut off", async () => {
    expect(await messageOf(await archived([]))).toEndWith(".zip: there is no recording in it");
    const twice = ["a/", "b/"].flatMap((folder) =>
      Object.values(SESSION_FILES).map((name): [string, string] => [name, folder + name]),
    );
    expect(await messageOf(await archived(twice))).toEndWith(".zip: there are 2 recordings in it");
    const incomplete = await archived([[SESSION_FILES.environment, "x/environment.json"]]);
    expect(await messageOf(incomplete)).toEndWith(".zip!x/requests.har: the file is missing");
    const whole = await archived(Object.values(SESSION_FILES).map((name): [string, string] => [name, name]));
    const cut = join(place.path, "cut.zip");
    await Bun.write(cut, (await Bun.file(whole).bytes()).subarray(0, 200));
    expect(await messageOf(cut)).toContain("cut.zip is not a complete zip archive");
  });
});

describe("a folder that is not a recording", () => {
  const problemOf = async (path: string) => {
    const error = await readRecording(path).catch((e) => e);
    expect(error.code).toBe("RECORDING_INVALID");
    for (const problem of error.problems) expect(problem.remedy.length).toBeGreaterThan(10);
    return error;
  };

  test("a folder that is missing, is a file, is empty, or has several sessions", async () => {
    expect((await problemOf(join(place.path, "nowhere"))).message).toEndWith(
      "nowhere: there is no such folder or file",
    );
    const file = join(place.path, "file");
    await Bun.write(file, "");
    expect((await problemOf(file)).message).toEndWith("this is neither a folder nor a .zip");
    await Bun.write(join(place.path, "empty", "x"), "");
    expect((await problemOf(join(place.path, "empty"))).message).toEndWith("there is no recording in it");
    const two = join(place.path, "two");
    await record(1, two);
    const newest = await record(1, two);
    const several = await problemOf(two);
    expect(several.message).toEndWith("there are 2 recordings in it");
    expect(several.remedy).toContain(newest);
  });

  test.each<[string, ((text: string) => string) | undefined, RegExp]>([
    ["input.json", undefined, /input\.json: the file is missing/],
    ["output.json", undefined, /output\.json: the file is missing/],
    ["requests.har", undefined, /requests\.har: the file is missing/],
    ["input.json", () => "{", /input\.json: the file is not JSON/],
    ["output.json", () => "", /output\.json: the file is not JSON/],
    ["requests.har", (text) => text.slice(0, -20), /requests\.har: the file is not JSON/],
    ["requests.har", () => "{}", /requests\.har is not a valid file of a recording/],
    ["requests.har", (text) => text.replace('"status": 200', '"status": "200"'), /requests\.har is not/],
    ["environment.json", () => "[]", /environment\.json is not/],
    ["environment.json", (text) => text.replace('"00000000000000ff"', '"xyz"'), /environment\.json is not/],
    [
      "environment.json",
      (text) => text.replace('"format": 1', '"format": 99'),
      /has format 99, this version reads up to 1/,
    ],
    ["error.json", () => '{"code":"X","message":""}', /both an output and an error/],
  ])("a damaged %s", async (file, change, message) => {
    expect((await problemOf(await damaged(file, change))).message).toMatch(message);
  });

  test("every problem of a file is reported with its position", async () => {
    const path = await damaged("environment.json", (text) =>
      text.replace('"engine": "quickjs"', '"engine": 5').replace('"attempt": 2', '"attempt": "2"'),
    );
    const { problems } = await problemOf(path);
    expect(problems.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      "/engine",
      "/execution/attempt",
    ]);
  });

  test("a missing environment.json is reported as such", async () => {
    const dir = join(place.path, "lost");
    const folder = await record(1, dir);
    await rm(join(folder, "environment.json"));
    expect((await problemOf(folder)).message).toEndWith("environment.json: the file is missing");
  });
});

describe("a task that was never started", () => {
  test("is recorded without a journal, and can be read", async () => {
    const task = await loadTask(await writeTask(place.path, "() => 1"));
    const recorder = createRecorder({ dir: join(place.path, "none"), task, input: null, executor: NO_SANDBOX });
    const { RatchetError } = await import("../../src/domain/errors.ts");
    const error = new RatchetError("INVALID_INPUT", "the input is not valid");
    const folder = await recorder.finish({ status: "failed", error, usage: { ...USAGE, fetchCount: 0 } });
    const recording = await readRecording(folder);
    expect(recording.environment.journal).toBeNull();
    expect(recording.outcome).toEqual({
      status: "failed",
      error: { code: "INVALID_INPUT", message: "the input is not valid" },
    });
  });
});

test("a named pipe in the folder is refused and not waited for", async () => {
  const folder = await damaged("output.json", undefined);
  Bun.spawnSync(["mkfifo", join(folder, "output.json")]);
  const error = await readRecording(folder).catch((e) => e);
  expect(error.message).toBe(`${join(folder, "output.json")}: this is not a regular file`);
});
