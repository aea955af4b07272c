import { readFileSync } from "node:fs";
import { RatchetError } from "../../domain/errors.ts";

/**
 * Checks that arguments are UTF-8. The runtime decodes other bytes to replacement characters, so that a path or value
 * would silently change. Only Linux shows the original bytes. Call it if an argument contains a replacement character.
 * @throws {RatchetError} USAGE
 */
export function checkArgumentBytes(args: readonly string[]): void {
  const given = argumentBytes();
  // The program's own name comes first; the replacement character itself may be meant.
  const own = given.slice(given.length - args.length);
  const wrong = own.findIndex((bytes) => !isUtf8(bytes));
  const shown = args[wrong];
  if (shown === undefined) return;
  throw new RatchetError("USAGE", `Argument ${wrong + 1} is not UTF-8 text: ${shown}`, {
    remedy: "Write it in UTF-8; pass other bytes in a file.",
  });
}

function argumentBytes(): Uint8Array[] {
  try {
    const line = readFileSync("/proc/self/cmdline");
    const args: Uint8Array[] = [];
    for (let at = 0; at < line.length; ) {
      const end = line.indexOf(0, at);
      const next = end === -1 ? line.length : end;
      args.push(line.subarray(at, next));
      at = next + 1;
    }
    return args;
  } catch {
    return [];
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
