import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { RatchetError } from "../../src/domain/errors.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { createProgramKeeper, type ProgramKeeperOptions } from "../../src/registry/program-keeper.ts";
import type { Store } from "../../src/store/contract/store.ts";
import { openStore } from "../../src/store/sqlite/open.ts";
import { directoryFiles } from "../../src/task/directory.ts";
import { readProgram } from "../../src/task/program/read-program.ts";
import { createLogger, type LogRecord } from "../../src/telemetry/logger.ts";
import { metadata, scratch } from "../task/scratch.ts";

const BUILD = { version: "1.0.0", commit: "abc", buildDate: "2026-01-01" };
const TASK = {
  "task/metadata.json": metadata(),
  "task/main.ts": 'import p from "p";\nexport default (): string => {\n  throw new Error(p);\n};\n',
  "task/node_modules/p/package.json": '{"main":"./lib.js"}',
  "task/node_modules/p/lib.js": 'module.exports = "ä package";\n',
};

let folder: ReturnType<typeof scratch>;
let store: Store;
let messages: LogRecord[];
beforeEach(() => {
  folder = scratch();
  folder.write(TASK);
  store = openStore({ url: "sqlite::memory:", clock: systemClock, onListenerError: () => {} });
  messages = [];
});
afterEach(async () => {
  await store.close();
  folder[Symbol.dispose]();
});

/** A keeper as one process has it, and how many programs it prepared. */
function process(options: Partial<ProgramKeeperOptions> = {}) {
  const counted = { prepared: 0 };
  const loading: ProgramKeeperOptions["loading"] = {
    program: (files) => {
      counted.prepared += 1;
      return readProgram(files);
    },
  };
  const logger = createLogger("debug", (record) => void messages.push(record));
  const keeper = createProgramKeeper({ loading, store: store.programs, logger, build: BUILD, ...options });
  return Object.assign(counted, keeper);
}

describe("a server's programs", () => {
  test("are prepared once, whatever restarts, and are the same", async () => {
    const files = directoryFiles(folder.path("task"));
    const first = process();
    const { texts: _, ...made } = await first.load("sum", files);
    await first.settled();
    const second = process();
    const found = await second.load("sum", files);
    expect([first.prepared, second.prepared, messages]).toEqual([1, 0, []]);
    expect(structuredClone(found)).toEqual(made);
  });

  test("are prepared again for other files, by another build, and without a store", async () => {
    const files = directoryFiles(folder.path("task"));
    const first = process();
    await first.load("sum", files);
    await first.settled();
    for (const [sum, options] of [
      ["other", {}],
      ["sum", { build: { ...BUILD, commit: "abd" } }],
      ["sum", { store: undefined }],
    ] as const) {
      const other = process(options);
      await other.load(sum, files);
      expect(other.prepared).toBe(1);
    }
  });

  test("that are damaged are prepared again and replaced", async () => {
    const files = directoryFiles(folder.path("task"));
    const { programs } = store;
    const keys: string[] = [];
    const spied = {
      ...programs,
      keep(key: string, content: Uint8Array) {
        keys.push(key);
        return programs.keep(key, content);
      },
    };
    const first = process({ store: spied });
    const { id } = await first.load("sum", files);
    await first.settled();
    const [key = ""] = keys;
    const good = (await programs.get(key)) ?? new Uint8Array();
    for (const content of [
      new Uint8Array(),
      good.subarray(0, good.length / 2),
      await Bun.zstdCompress("{}"),
      await Bun.zstdCompress("x\n"),
    ]) {
      await programs.keep(key, content);
      const other = process();
      expect((await other.load("sum", files)).id).toBe(id);
      await other.settled();
      expect([other.prepared, await programs.get(key)]).toEqual([1, good]);
    }
  });

  test("are prepared when the store fails", async () => {
    const fail = async () => {
      throw new RatchetError("ENVIRONMENT", "The disk is full.");
    };
    const broken = process({ store: { get: fail, keep: fail } });
    expect((await broken.load("sum", directoryFiles(folder.path("task")))).fileName).toBe("main.ts");
    await broken.settled();
    expect(messages.map(({ level }) => level)).toEqual(["warn", "warn"]);
  });

  test("are not kept if they are plain scripts or do not load", async () => {
    folder.write({ "plain/metadata.json": metadata(), "plain/main.js": "(input) => input" });
    folder.write({ "bad/metadata.json": metadata(), "bad/main.ts": 'import "nothing";\n' });
    let kept = 0;
    const counting = { get: store.programs.get, keep: async () => ++kept > 0 };
    const keeper = process({ store: counting });
    await keeper.load("plain", directoryFiles(folder.path("plain")));
    await expect(keeper.load("bad", directoryFiles(folder.path("bad")))).rejects.toThrow(RatchetError);
    await keeper.settled();
    expect(kept).toBe(0);
  });
});
