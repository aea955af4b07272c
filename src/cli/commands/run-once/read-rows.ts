import { read } from "node:fs";
import { RatchetError } from "../../../domain/errors.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import type { RowBatch } from "../../../execution/durable/checked-rows.ts";
import { checkInput } from "../../../execution/execute.ts";
import { inputToJson } from "../../../execution/input-json.ts";
import { systemErrorCode } from "../../../lib/system-error.ts";
import { unreadableInput } from "./input.ts";
import type { StreamInput } from "./stream-input.ts";

const CHUNK_BYTES = 64 * 1024;
const RETRY_MS = 5;

/** A row of a stream. */
export interface InputRow {
  json: string;
  /** Number of its line. */
  line: number;
}

/** Rows that were read together. */
export interface InputRows {
  rows: InputRow[];
  end: boolean;
}

/**
 * Returns a function that reads the next rows of a stream: at least one, unless the stream has ended. It reads nothing ahead.
 * @param task whose input schema applies to each row @default none is checked
 */
export function rowReader(input: StreamInput, task: TaskDefinition | undefined): () => Promise<InputRows> {
  const { source, descriptor, path } = input;
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let isAtEnd = false;
  let broken: unknown;

  async function taken(): Promise<InputRow[]> {
    const rows: InputRow[] = [];
    for (let line = source.next(); line !== undefined; line = source.next()) {
      try {
        const value = input.read(line);
        if (task !== undefined) await checkInput(task, value);
        rows.push({ json: inputToJson(value), line: line.number });
      } catch (error) {
        broken = atLine(error, line.number);
        break;
      }
    }
    return rows;
  }

  return async () => {
    for (;;) {
      if (broken !== undefined) throw broken;
      const rows = await taken();
      if (rows.length > 0 || (isAtEnd && broken === undefined)) return { rows, end: isAtEnd && broken === undefined };
      if (broken !== undefined) continue;
      const length = await readChunk(descriptor, buffer, path);
      isAtEnd = length === 0;
      await (isAtEnd ? source.end() : source.push(buffer.subarray(0, length)));
    }
  };
}

/** Names the line in the message, unless it does. */
function atLine(error: unknown, line: number): unknown {
  if (!(error instanceof RatchetError) || error.message.includes(`line ${line}`)) return error;
  const { code, message, data, remedy, problems } = error;
  return new RatchetError(code, `line ${line}: ${message}`, {
    data: { ...data, line },
    remedy,
    problems,
    cause: error,
  });
}

/** Reads once. @returns 0 at the end @throws {RatchetError} INPUT_UNREADABLE */
function readChunk(descriptor: number, into: Buffer, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const attempt = () =>
      read(descriptor, into, 0, into.length, null, (error, length) => {
        const code = systemErrorCode(error);
        if (code === "EAGAIN" || code === "EINTR") setTimeout(attempt, RETRY_MS);
        // Windows reports the end of a closed pipe as an error.
        else if (error === null || code === "EOF") resolve(error === null ? length : 0);
        else reject(unreadableInput(path, error));
      });
    attempt();
  });
}

/** The rows without their places. */
export function withoutLines({ rows, end }: InputRows): RowBatch {
  return { rows: rows.map(({ json }) => json), end };
}
