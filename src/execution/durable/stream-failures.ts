import type { DurableError } from "../../domain/durable.ts";

/** Why no more rows can be read. */
export interface RowsFailure {
  error: DurableError;
}

const inStream = (source: string, reason: string): string => `the stream of step ${JSON.stringify(source)}: ${reason}`;

/** The error of a stream whose step has failed, as those who read it get it. @param error of the step */
export function sourceFailed(source: string, error: DurableError): DurableError {
  return { ...error, message: inStream(source, error.message), data: { ...error.data, step: source } };
}

/** The error of a stream that can't be read, or not any more. */
export function streamUnavailable(source: string, reason: string): DurableError {
  return { name: "Error", code: "STREAM_UNAVAILABLE", message: inStream(source, reason), data: { step: source } };
}

/** The error of a row that does not fit the task that reads it. @param item its number */
export function wrongItem(source: string, item: number, error: DurableError): DurableError {
  const message = inStream(source, `item ${item}: ${error.message}`);
  return { ...error, message, data: { ...error.data, step: source, item } };
}

/** The error of a call that reads a stream with a task that takes none. */
export function takesNoStream(task: string): DurableError {
  const message = `the task ${task} can't read the stream of another step: its metadata have no "stream": true`;
  return { name: "ValidationError", code: "INVALID_INPUT", message };
}
