import { closeSync, openSync } from "node:fs";
import { RatchetError } from "../../../domain/errors.ts";
import type { JsonValue } from "../../../domain/json.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import { isObject } from "../../../lib/is-object.ts";
import { fileLabel, unreadableInput } from "./input.ts";
import { MAX_LINE_BYTES, readJsonLine } from "./line-run.ts";
import type { Line, LineSource } from "./line-source.ts";
import { createLineSplitter } from "./line-splitter.ts";
import type { RunOnceOptions } from "./options.ts";
import { readAssignments, setAt } from "./set-values.ts";

const STDIN = 0;

/** The input of a stream. */
export interface StreamInput {
  /** Path of the file, or `-`. */
  path: string;
  descriptor: number;
  source: LineSource;
  /** Reads the input of a line, with the values of `--set`. @throws {RatchetError} */
  read: (line: Line) => JsonValue;
  close: () => void;
}

/** Where commands differ in how they read a stream. */
export interface StreamInputSource {
  /** The command, for messages. */
  command: string;
  /** Returns the function that adds to each input what it lacks. @default nothing is added */
  filler?: ((task: TaskDefinition) => Promise<(input: JsonValue) => void>) | undefined;
}

/**
 * Opens the input of a stream.
 * @throws {RatchetError} INPUT_UNREADABLE; USAGE
 */
export async function openStreamInput(
  options: RunOnceOptions,
  task: TaskDefinition,
  { command, filler }: StreamInputSource,
): Promise<StreamInput> {
  const path = options["input-file"] ?? "-";
  const { source, read } = await sourceFor(options, task, path);
  const readSet = withFilling(withSetValues(read, options.set, command), await filler?.(task));
  const descriptor = path === "-" ? STDIN : open(path);
  const close = () => {
    if (descriptor !== STDIN) closeSync(descriptor);
  };
  return { path, descriptor, source, read: readSet, close };
}

async function sourceFor(
  options: RunOnceOptions,
  task: TaskDefinition,
  path: string,
): Promise<Pick<StreamInput, "source" | "read">> {
  if (options["input-format"] !== "csv") return { source: createLineSplitter(MAX_LINE_BYTES), read: readJsonLine };
  const { createCsvSource } = await import("./csv-source.ts");
  const { rowReader, schemaOf } = await import("./csv-input.ts");
  const source = createCsvSource(fileLabel(path), MAX_LINE_BYTES);
  return { source, read: rowReader(await schemaOf(task, "input"), source.header) };
}

/** The files that `--set` names are read once. */
function withSetValues(read: StreamInput["read"], options: readonly string[], command: string): StreamInput["read"] {
  const assignments = readAssignments(options, command);
  if (assignments.length === 0) return read;
  return (line) => {
    const input = read(line);
    if (!isObject(input)) {
      throw new RatchetError("INVALID_INPUT", `line ${line.number}: --set needs an input that is an object.`, {
        remedy: "Write an object on this line, or leave --set out.",
      });
    }
    // A copy, because a later assignment may set something inside the value.
    for (const { names, value, shown } of assignments) setAt(input, names, structuredClone(value), { shown });
    return input;
  };
}

function withFilling(read: StreamInput["read"], fill: ((input: JsonValue) => void) | undefined): StreamInput["read"] {
  if (fill === undefined) return read;
  return (line) => {
    const input = read(line);
    fill(input);
    return input;
  };
}

function open(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw unreadableInput(path, error);
  }
}
