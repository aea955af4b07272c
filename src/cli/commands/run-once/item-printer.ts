import type { ItemSink } from "../../../execution/durable/memory/item-sink.ts";
import { isTerminal, printableJson } from "../../framework/output.ts";
import { type OutputFile, openOutputFile } from "../../framework/output-file.ts";
import { createBatchWriter } from "./batch-writer.ts";

const STDOUT = 1;
/** What waits is counted after each write, so that a write is short. */
const WRITE_BYTES = 64 * 1024;

/** How items are printed. */
export interface ItemPrinterOptions {
  /** A file in place of standard output. */
  path: string | undefined;
  /** Texts are printed without their quotes. */
  raw: boolean;
  /** Called once, if an item can't be written. Nothing is printed afterwards. */
  onFailure: () => void;
}

/** Prints the items of a stream, each in a line of its own. */
export interface ItemPrinter {
  /** Takes the next item. It is received when it is written. */
  onItem: ItemSink;
  /** The error of a write that failed. */
  broken(): unknown;
  /** Resolves when all items are written. */
  finish(): Promise<void>;
  /** A file appears whole, or not at all. */
  commit(): void;
  discard(): void;
}

/** Opens the output for items. @throws {RatchetError} ENVIRONMENT */
export function createItemPrinter(options: ItemPrinterOptions): ItemPrinter {
  const { path, raw, onFailure } = options;
  const file: OutputFile | undefined = path === undefined ? undefined : openOutputFile(path);
  const isShown = file === undefined && !raw && isTerminal("stdout");
  let broken: unknown;
  /** Items that were added and written, of all runs that `continueAsNew` has begun. */
  let added = 0;
  let written = 0;
  /** Items before this run. */
  let before = 0;
  let tellWritten: (next: number) => void = () => {};
  const writer = createBatchWriter(
    file?.descriptor ?? STDOUT,
    {
      onRoom: () => {},
      onError(error) {
        broken = error;
        onFailure();
      },
      onWritten(texts) {
        written += texts;
        tellWritten(written - before);
      },
    },
    { maxBytes: WRITE_BYTES },
  );

  return {
    onItem(json, item, received) {
      if (item === 0) before = added;
      added++;
      tellWritten = received;
      if (broken === undefined) writer.add(`${textOf(json, raw, isShown)}\n`);
    },
    broken: () => broken,
    finish: () => writer.finish().catch(() => {}), // `broken` has the error
    commit: () => file?.commit(),
    discard: () => file?.discard(),
  };
}

function textOf(json: string, raw: boolean, isShown: boolean): string {
  if (raw && json.startsWith('"')) return String(JSON.parse(json));
  return isShown ? printableJson(json) : json;
}
