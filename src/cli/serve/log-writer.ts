import type { LogRecord } from "../../telemetry/logger.ts";
import { painter, printable, writeStderr, writeStdout } from "../output.ts";

/**
 * Writes a server's messages: text for people, or one JSON object a line. What is wrong goes to standard error, the
 * rest to standard output: a server's messages are what it puts out, and standard error stays empty when all is well.
 */
export function logWriter(asText: boolean): (record: LogRecord) => void {
  const format = asText ? textLine : jsonLine;
  return (record) => {
    const line = format(record);
    if (record.level === "warn" || record.level === "error") return writeStderr(line);
    try {
      writeStdout(line);
    } catch {
      // Nobody reads it any more: the server goes on without.
    }
  };
}

function jsonLine({ level, time, message, fields }: LogRecord): string {
  return `${JSON.stringify({ time: new Date(time).toISOString(), level, message, ...fields })}\n`;
}

function textLine({ level, time, message, fields }: LogRecord): string {
  const wrong = level === "warn" || level === "error";
  const paint = painter(wrong ? "stderr" : "stdout");
  const clock = new Date(time).toTimeString().slice(0, 8);
  const style = level === "error" ? "red" : level === "warn" ? "yellow" : "dim";
  const facts = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  return `${paint("dim", clock)} ${paint(style, level.padEnd(5))} ${printable(message)}${paint("dim", printable(facts.join("")))}\n`;
}
