import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { writeAll } from "../../framework/output.ts";

/** A standard stream that a server's messages go to. */
export interface LogStream {
  /** Writes a line. Never waits for a reader, never throws. */
  write(line: string): void;
  /** Resolves when everything is written, at the latest after `limitMs`. */
  flush(limitMs: number): Promise<void>;
}

/** What waits for a slow reader at most, bytes; the oldest lines make room for further ones. */
const MOST_WAITING_BYTES = 1024 * 1024;

/**
 * A pipe or socket is written to without waiting: a reader that is slow or stands still holds up its messages, not the
 * server. Files and terminals take what they get at once.
 * @param lost what to write in place of lines that were left out
 */
export function createLogStream(descriptor: 1 | 2, lost: (lines: number) => string): LogStream {
  const send = isPipe(descriptor) ? sinkOf(descriptor) : undefined;
  let waiting: string[] = [];
  let waitingBytes = 0;
  let leftOut = 0;
  let pumping: Promise<void> | undefined;

  function keep(line: string): void {
    waiting.push(line);
    waitingBytes += Buffer.byteLength(line);
    while (waitingBytes > MOST_WAITING_BYTES) {
      waitingBytes -= Buffer.byteLength(waiting.shift() ?? "");
      leftOut += 1;
    }
  }

  async function pump(write: Send): Promise<void> {
    while (waiting.length > 0 || leftOut > 0) {
      const text = (leftOut > 0 ? lost(leftOut) : "") + waiting.join("");
      leftOut = 0;
      waiting = [];
      waitingBytes = 0;
      // Where nobody reads any more, nobody misses it.
      await write(text).catch(() => {});
    }
    pumping = undefined;
  }

  return {
    write(line) {
      if (send === undefined) {
        try {
          writeAll(descriptor, line);
        } catch {
          // A full disk or a closed stream: the server goes on without.
        }
        return;
      }
      keep(line);
      pumping ??= pump(send);
    },
    async flush(limitMs) {
      await Promise.race([pumping, Bun.sleep(limitMs)]);
    },
  };
}

/** Whether both standard streams lead to one place, as after `2>&1`. */
export function areOnePlace(): boolean {
  try {
    const [output, errors] = [fstatSync(1), fstatSync(2)];
    return output.dev === errors.dev && output.ino === errors.ino;
  } catch {
    return false;
  }
}

type Send = (text: string) => Promise<unknown>;

function isPipe(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    return stats.isFIFO() || stats.isSocket();
  } catch {
    return false;
  }
}

/** Writes as far as there is room, at once, and the rest as it is read. */
function sinkOf(descriptor: number): Send {
  const sink = Bun.file(ownDescription(descriptor)).writer();
  return async (text) => {
    // Both may fail: neither must be left alone with its error.
    await Promise.all([sink.write(text), sink.flush()]);
  };
}

/**
 * The sink switches its descriptor to non-blocking, which holds for everyone who shares it, such as a shell script's
 * other commands. Where the system can open the same pipe again, that is avoided.
 */
function ownDescription(descriptor: number): number {
  try {
    const own = openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
    if (fstatSync(own).isFIFO()) return own;
    closeSync(own);
  } catch {
    // A socket, or a system without /proc.
  }
  return descriptor;
}
