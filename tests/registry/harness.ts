import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConfiguredSource } from "../../src/config/source-place.ts";
import type { HttpSend } from "../../src/domain/http.ts";
import { createHttpClient, type HttpClient } from "../../src/http/http-client.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { createRegistry } from "../../src/registry/create-registry.ts";
import { createSources } from "../../src/registry/create-sources.ts";
import type { Registry } from "../../src/registry/registry.ts";
import type { SourceLimits } from "../../src/registry/source-limits.ts";
import type { KeptVersion, RegisteredTask } from "../../src/store/contract/tasks.ts";
import { createLogger, type LogRecord } from "../../src/telemetry/logger.ts";

/** A registry with sources in a temporary folder, with a record of its updates of the store. */
export interface TestRegistry extends AsyncDisposable {
  registry: Registry;
  /** Every view that was written to the store, in order. */
  synced: RegisteredTask[][];
  messages: LogRecord[];
  /** Resolves as soon as a view that was written to the store meets a condition. */
  until(condition: (tasks: RegisteredTask[]) => boolean): Promise<void>;
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "ratchet-registry-"));
}

export interface RegistrySettings {
  configured?: ConfiguredSource[];
  copies: string;
  send?: HttpSend;
  limits?: Partial<SourceLimits>;
  maxEntries?: number;
  maxBytes?: number;
  embedded?: boolean;
  /** @default 20 s */
  timeoutMs?: number;
}

export async function startRegistry(settings: RegistrySettings): Promise<TestRegistry> {
  const synced: RegisteredTask[][] = [];
  const kept = new Map<string, KeptVersion>();
  const messages: LogRecord[] = [];
  let waiting: (() => void)[] = [];
  let client: HttpClient | undefined;
  const send: HttpSend =
    settings.send ??
    ((request, signal) => {
      client ??= createHttpClient();
      return client.send(request, signal);
    });
  const registry = createRegistry({
    sources: await createSources({
      configured: settings.configured,
      refreshMs: 3_600_000,
      copies: settings.copies,
      limits: { maxBytes: 1e8, maxFiles: 1_000, ...settings.limits },
      send,
      watchAll: false,
      embedded: settings.embedded ?? false,
    }),
    tasks: {
      async sync(tasks) {
        synced.push([...tasks]);
        const checks = waiting;
        waiting = [];
        for (const check of checks) check();
        return { added: [], changed: [], gone: [] };
      },
      async keep(version) {
        kept.set(`${version.uuid} ${version.version}`, version);
        return true;
      },
      kept: async (uuid, version) => kept.get(`${uuid} ${version}`),
    },
    clock: systemClock,
    logger: createLogger("debug", (record) => void messages.push(record)),
    cache: { maxEntries: settings.maxEntries ?? 100, maxBytes: settings.maxBytes ?? 1_000_000 },
    timeoutMs: settings.timeoutMs ?? 20_000,
  });
  await registry.start();
  return {
    registry,
    synced,
    messages,
    async until(condition) {
      while (!condition(synced.at(-1) ?? [])) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    async [Symbol.asyncDispose]() {
      await registry.stop(0);
      await client?.stop();
    },
  };
}

/** Returns a task's files by name. */
export function taskFiles(options: { label: string; version?: string; uuid?: string; code?: string }) {
  const { label, version = "1.0.0", uuid = uuidOf(label), code = "(input) => ({ sum: input.a + 1 })" } = options;
  return {
    "metadata.json": JSON.stringify({ uuid, version, label, description: `The task ${label}` }),
    "main.js": code,
    "input.schema.json": "{}",
    "output.schema.json": "{}",
  };
}

/** Returns the same uuid for the same label. */
export function uuidOf(label: string): string {
  const hex = new Bun.CryptoHasher("sha256").update(label).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

export function writeTask(folder: string, options: Parameters<typeof taskFiles>[0]): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(taskFiles(options))) writeFileSync(join(folder, name), text);
}

/** Packs files without compression (APPNOTE 4.3.6), which is all that a test needs of a zip. */
export function zip(files: Readonly<Record<string, string>>): Uint8Array {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const data = Buffer.from(text);
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(Bun.hash.crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, nameBytes, data]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    centrals.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), common, tail, nameBytes]));
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(centrals.length, 4);
  end.writeUInt16LE(centrals.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, central, Buffer.from("PK\x05\x06"), end]);
}

export function sha256(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}

export function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
