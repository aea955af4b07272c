import { DURABLE_LIMITS } from "../../../domain/durable.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import { type ItemCheck, itemCheck } from "../../../execution/durable/item-check.ts";
import { isTerminal, printableJson } from "../../framework/output.ts";
import { openOutputFile } from "../../framework/output-file.ts";
import { createBatchWriter } from "./batch-writer.ts";

const STDOUT = 1;
/** What waits is counted after each write, so that a write is short. */
const WRITE_BYTES = 64 * 1024;

/** How items are printed. */
export interface ItemPrinterOptions {
  task: TaskDefinition;
  /** Longest item, bytes of JSON. */
  outputBytes: number;
  /** A file in place of standard output. */
  path: string | undefined;
  /** Texts are printed without their quotes. */
  raw: boolean;
  /** Called once, if an item is wrong or can't be written. Nothing is printed afterwards. */
  onFailure: () => void;
}

/** Prints the items of a stream, each in a line of its own. */
export interface ItemPrinter {
  /** Takes the next item. @returns a promise if there is no room for more */
  onItem(json: string, item: number): undefined | Promise<void>;
  /** The error of an item that is wrong. */
  wrong(): unknown;
  /** The error of a write that failed. */
  broken(): unknown;
  /** Resolves when all items are written. */
  finish(): Promise<void>;
  /** A file appears whole, or not at all. */
  commit(): void;
  discard(): void;
}

/** Opens the output for items. @throws {RatchetError} ENVIRONMENT */
export function createItemPrinter({ task, outputBytes, path, raw, onFailure }: ItemPrinterOptions): ItemPrinter {
  const file = path === undefined ? undefined : openOutputFile(path);
  const isShown = file === undefined && !raw && isTerminal("stdout");
  const waiting: (() => void)[] = [];
  let bytes = 0;
  let written = 0;
  let wrong: unknown;
  let broken: unknown;
  const stop = () => {
    waiting.length = 0;
    onFailure();
  };
  const hasRoom = () => bytes - written < DURABLE_LIMITS.streamBytes;
  const writer = createBatchWriter(
    file?.descriptor ?? STDOUT,
    {
      onRoom: () => {},
      onError(error) {
        broken = error;
        stop();
      },
      onWritten(_, total) {
        written = total;
        while (hasRoom() && waiting.length > 0) waiting.shift()?.();
      },
    },
    { maxBytes: WRITE_BYTES },
  );

  function put(check: ItemCheck, json: string, item: number): undefined | Promise<void> {
    if (wrong !== undefined || broken !== undefined) return new Promise(() => {});
    try {
      check(json, item);
    } catch (error) {
      wrong = error;
      stop();
      return new Promise(() => {});
    }
    const line = `${textOf(json, raw, isShown)}\n`;
    bytes += Buffer.byteLength(line);
    writer.add(line);
    return hasRoom() ? undefined : new Promise((resolve) => waiting.push(resolve));
  }

  return {
    onItem: checked(() => itemCheck(task, outputBytes), put),
    wrong: () => wrong,
    broken: () => broken,
    finish: () => writer.finish().catch(() => {}),
    commit: () => file?.commit(),
    discard: () => file?.discard(),
  };
}

/** Loads the check with the first item. Items that arrive meanwhile wait in their order. */
function checked(
  load: () => Promise<ItemCheck>,
  put: (check: ItemCheck, json: string, item: number) => undefined | Promise<void>,
): ItemPrinter["onItem"] {
  let check: ItemCheck | undefined;
  let loading: Promise<ItemCheck> | undefined;
  return (json, item) => {
    if (check !== undefined) return put(check, json, item);
    loading ??= load();
    return loading.then((loaded) => {
      check = loaded;
      return put(loaded, json, item);
    });
  };
}

function textOf(json: string, raw: boolean, isShown: boolean): string {
  if (raw && json.startsWith('"')) return String(JSON.parse(json));
  return isShown ? printableJson(json) : json;
}
