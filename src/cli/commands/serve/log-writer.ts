import type { LogLine } from "../../../store/contract/logs.ts";
import type { LogFields, LogRecord } from "../../../telemetry/logger.ts";
import { type LogFile, type LogFileOptions, openLogFile } from "./log-file.ts";
import { datedTextLine, jsonRecord, jsonTaskLine, textLine, textTaskLine } from "./log-lines.ts";
import { areOnePlace, createLogStream } from "./log-stream.ts";

/** Where a server's messages go. */
export interface LogWriter {
  record(record: LogRecord): void;
  /** Writes what tasks have written to their consoles to the file; undefined without a file. */
  lines: ((lines: readonly LogLine[]) => void) | undefined;
  /** Writes text to standard output, in order with the messages there, and a message in its place to the file. */
  announce(text: string, message: string, fields: LogFields): void;
  /** Resolves when everything is written, at the latest after `limitMs`. */
  flush(limitMs: number): Promise<void>;
}

/** Where the log goes besides the standard streams. */
export type LogFileSettings = Omit<LogFileOptions, "lost" | "onFailure"> & { asText: boolean };

/**
 * Writes a server's messages: text for people, or one JSON object a line. What is wrong goes to standard error, the
 * rest to standard output: a server's messages are what it puts out, and standard error stays empty when all is well.
 *
 * A file gets all messages, and what tasks write to their consoles.
 * @throws {RatchetError} ENVIRONMENT if the file can't be written
 */
export async function createLogWriter(asText: boolean, file?: LogFileSettings): Promise<LogWriter> {
  const format = asText ? textLine : jsonRecord;
  const lost = (lines: number) => format(omission("messages were not read in time", lines));
  const output = createLogStream(1, lost);
  // Two streams into one pipe could part each other's lines while it is full.
  const errors = areOnePlace() ? output : createLogStream(2, lost);
  const write = (record: LogRecord) => {
    (record.level === "warn" || record.level === "error" ? errors : output).write(format(record));
  };
  const shown = asText ? await peopleRecords(write) : write;
  const log = file && openFile(file, shown);
  return {
    record(record) {
      shown(record);
      log?.record(record);
    },
    lines: log?.lines,
    announce(text, message, fields) {
      output.write(text);
      log?.record({ level: "info", time: Date.now(), message, fields });
    },
    async flush(limitMs) {
      log?.close();
      await Promise.all([output.flush(limitMs), errors.flush(limitMs)]);
    },
  };
}

/** Records for people pass through consola; for machines, consola is not even loaded. */
async function peopleRecords(write: (record: LogRecord) => void): Promise<(record: LogRecord) => void> {
  const { createPeopleLog } = await import("../../framework/people-log.ts");
  const log = createPeopleLog(({ level, text, time, more }) => {
    write({ level, time, message: text, fields: more as LogRecord["fields"] });
  });
  return ({ level, time, message, fields }) => log[level]({ args: [message, fields], date: new Date(time) });
}

/** @param say writes where the file is not */
function openFile({ asText, ...options }: LogFileSettings, say: (record: LogRecord) => void) {
  const [format, formatLine] = asText ? [datedTextLine, textTaskLine] : [jsonRecord, jsonTaskLine];
  const lost = (lines: number) => format(omission("lines could not be written to this file", lines));
  const onFailure = (reason: string) => {
    const message = `the log ${options.path} can't be written: ${reason}`;
    say({ level: "warn", time: Date.now(), message, fields: {} });
  };
  const file: LogFile = openLogFile({ ...options, lost, onFailure });
  return {
    record: (record: LogRecord) => file.write(format(record)),
    lines(lines: readonly LogLine[]) {
      // Messages of the server are in the file already.
      for (const line of lines) if (line.seq !== null) file.write(formatLine(line));
    },
    close: file.close,
  };
}

function omission(message: string, lines: number): LogRecord {
  return { level: "warn", time: Date.now(), message, fields: { lines } };
}
