import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../../src/domain/json.ts";
import { RATCHET } from "./ratchet.ts";

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
      const hex = new Bun.CryptoHasher("sha256").update(label).digest("hex");
      const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
      const metadata = { uuid, version: "1.0.0", label, description: label, ...more };
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
      const [stdout, stderr] = await Promise.all([
        new Response(child.stdout).text(),
        new Response(child.stderr).text(),
        child.exited,
      ]);
      return { code: child.exitCode, stdout, stderr };
    },
    async serve(args = [], env = {}) {
      const child = Bun.spawn([RATCHET, "serve", "--port", "0", ...args], {
        cwd: folder,
        env: environment(env),
        stdin: "ignore",
        stdout: "pipe",
        stderr: "pipe",
      });
      processes.push(child);
      const stderr = new Response(child.stderr).text();
      let written = "";
      const readers = new Set<() => void>();
      const announced = Promise.withResolvers<JsonObject>();
      const stdout = (async () => {
        const decoder = new TextDecoder();
        let seen = 0;
        for await (const chunk of child.stdout) {
          written += decoder.decode(chunk, { stream: true });
          for (const look of readers) look();
          const lines = written.split("\n");
          for (; seen < lines.length - 1; seen++) {
            const line = lines[seen] ?? "";
            if (line.includes('"pid":')) announced.resolve(JSON.parse(line));
            const address = /is ready at (http:\/\/\S+)/.exec(line)?.[1];
            if (address !== undefined) announced.resolve({ url: address });
          }
        }
        const ended = new Error(`serve ended: ${written}${await stderr}`);
        announced.reject(ended);
        return ended;
      })();
      announced.promise.catch(() => {});
      const ready = await announced.promise;
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
          for (;;) {
            const { body } = await call("GET", path);
            if (condition(body)) return body;
            await Bun.sleep(10);
          }
        },
        async written(text) {
          const seen = Promise.withResolvers<void>();
          const look = () => written.includes(text) && seen.resolve();
          readers.add(look);
          look();
          stdout.then(seen.reject);
          await seen.promise;
          readers.delete(look);
        },
        async end(signal = "SIGTERM") {
          child.kill(signal);
          await Promise.all([child.exited, stdout]);
          return { code: child.exitCode, signal: child.signalCode, stdout: written, stderr: await stderr };
        },
      };
    },
    [Symbol.dispose]() {
      for (const child of processes) child.kill("SIGKILL");
      rmSync(root, { recursive: true, force: true });
    },
  };
}
