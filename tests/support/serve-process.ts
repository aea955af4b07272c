import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../../src/domain/json.ts";
import { LARGE_PAGES, RATCHET } from "./ratchet.ts";
import { type WatchedText, watchText } from "./watched-text.ts";

/** A folder that is thrown away, and commands of the executable that run in it. */
export interface Workplace extends Disposable {
  folder: string;
  /** Runs a command to its end. */
  ratchet(args: readonly string[], options?: { env?: Record<string, string>; stdin?: string }): Promise<CommandResult>;
  /** Starts `ratchet serve` on any free port; resolves when it is ready. Rejects with what it wrote when it ends before. */
  serve(args?: readonly string[], env?: Record<string, string>): Promise<ServeProcess>;
  write(path: string, text: string): void;
  writeTask(label: string, code: string, more?: JsonObject): void;
}

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A server in a process of its own. */
export interface ServeProcess {
  url: string;
  /** The line that said that it is ready. */
  ready: JsonObject;
  process: Bun.Subprocess<"ignore", "pipe", "pipe">;
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: JsonObject }>;
  /** Waits until a GET's answer meets a condition. */
  until(path: string, condition: (body: JsonObject) => boolean): Promise<JsonObject>;
  /** Waits until the server has written a text to stdout. Rejects when it ends before. */
  written(text: string): Promise<void>;
  /** Waits until the server has written something to stderr that matches. Rejects when it ends before. */
  complained(pattern: RegExp): Promise<void>;
  /** Sends a signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<CommandResult & { signal: string | number | null }>;
}

export function newWorkplace(): Workplace {
  const root = mkdtempSync(join(tmpdir(), "ratchet-serve-"));
  // Apart from the home folder, where Bun keeps a cache of its own.
  const folder = join(root, "work");
  mkdirSync(folder);
  const processes: Bun.Subprocess[] = [];
  const environment = (more: Record<string, string> = {}) => ({
    PATH: Bun.env.PATH ?? "",
    HOME: root,
    TZ: "UTC",
    ...LARGE_PAGES,
    ...more,
  });
  const write = (path: string, text: string) => {
    const file = join(folder, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text);
  };
  return {
    folder,
    write,
    writeTask(label, code, more = {}) {
      const metadata = { uuid: uuidFrom(label), version: "1.0.0", label, description: label, ...more };
      write(`tasks/${label}/input.schema.json`, "{}");
      write(`tasks/${label}/output.schema.json`, "{}");
      write(`tasks/${label}/main.js`, code);
      write(`tasks/${label}/metadata.json`, JSON.stringify(metadata));
    },
    async ratchet(args, { env, stdin } = {}) {
      const child = Bun.spawn([RATCHET, ...args], {
        cwd: folder,
        env: environment(env),
        stdin: stdin === undefined ? "ignore" : new Blob([stdin]),
        stdout: "pipe",
        stderr: "pipe",
      });
      const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
      return { code: child.exitCode, stdout, stderr };
    },
    async serve(args = [], env = {}) {
      const child = Bun.spawn([RATCHET, "serve", "--port", "0", ...args], {
        cwd: folder,
        // Most servers that tasks call in tests are on loopback.
        env: environment({ RATCHET_EXECUTION_NETWORK: "any", ...env }),
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
      });
      processes.push(child);
      return connectTo(child);
    },
    [Symbol.dispose]() {
      for (const child of processes) child.kill("SIGKILL");
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** A UUID that depends on a label only. */
function uuidFrom(label: string): string {
  const hex = new Bun.CryptoHasher("sha256").update(label).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Waits until a server is ready. */
async function connectTo(child: ServeProcess["process"]): Promise<ServeProcess> {
  const stdout = watchText(child.stdout);
  const stderr = watchText(child.stderr);
  const ready = await announcement(stdout).catch(async () => {
    throw new Error(`serve ended: ${await stdout.ended}${await stderr.ended}`);
  });
  const url = String(ready.url);
  const call: ServeProcess["call"] = async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      ...(method === "GET" ? {} : { headers: { "content-type": "application/json" } }),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as JsonObject };
  };
  return {
    url,
    ready,
    process: child,
    call,
    async until(path, condition) {
      const start = performance.now();
      for (;;) {
        const { body } = await call("GET", path);
        if (condition(body)) return body;
        // Looks at what takes long less often: the looks take processor time from what they wait for.
        await Bun.sleep(Math.min(Math.max(10, (performance.now() - start) / 10), 100));
      }
    },
    written: (text) => stdout.until((written) => written.includes(text)),
    complained: (pattern) => stderr.until((written) => pattern.test(written)),
    async end(signal = "SIGTERM") {
      child.kill(signal);
      await child.exited;
      return {
        code: child.exitCode,
        signal: child.signalCode,
        stdout: await stdout.ended,
        stderr: await stderr.ended,
      };
    },
  };
}

/** The line that says where a server is ready: JSON, or a text with the address. */
async function announcement(stdout: WatchedText): Promise<JsonObject> {
  let found: JsonObject = {};
  await stdout.until((written) => {
    const lines = written.split("\n").slice(0, -1);
    const line = lines.find((text) => text.includes('"pid":'));
    const address = lines
      .map((text) => /is ready at (https?:\/\/\S+)/.exec(text)?.[1])
      .find((url) => url !== undefined);
    if (line !== undefined) found = JSON.parse(line);
    else if (address !== undefined) found = { url: address };
    return found.url !== undefined;
  });
  return found;
}
