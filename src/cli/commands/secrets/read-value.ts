import { RatchetError } from "../../../domain/errors.ts";
import { writeStderr } from "../../framework/output.ts";
import { readTextFile } from "../run-once/input.ts";

/** Control characters of a terminal. */
const INTERRUPT = "\u0003";
const END = "\u0004";
const BACKSPACES = ["\u007f", "\b"];
const ENTER = /[\r\n]/;
/** What terminals send around pasted text, and other sequences of keys. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: keys are control sequences.
const KEY_SEQUENCE = /\u001b(?:\[[\d;]*[A-Za-z~]|O[A-Za-z])/g;

/**
 * Reads a value from standard input without its last line feed, or asks for it on a terminal without showing it.
 * @throws {RatchetError} CANCELLED, INPUT_UNREADABLE
 */
export async function readSecretValue(name: string): Promise<string> {
  if (!process.stdin.isTTY) return readTextFile("-").replace(/\n$/, "");
  writeStderr(`Value of ${name} (not shown): `);
  try {
    return await readHidden();
  } finally {
    writeStderr("\n");
  }
}

function readHidden(): Promise<string> {
  const { stdin } = process;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let typed = "";
  const read = (chunk: Buffer | string) => {
    for (const key of chunk.toString().replace(KEY_SEQUENCE, "")) {
      if (ENTER.test(key)) return resolve(typed);
      if (key === INTERRUPT || (key === END && typed === "")) return reject(cancelled());
      typed = BACKSPACES.includes(key) ? typed.slice(0, -1) : typed + key;
    }
  };
  stdin.setRawMode(true);
  stdin.on("data", read);
  stdin.once("end", () => reject(cancelled()));
  return promise.finally(() => {
    stdin.off("data", read);
    stdin.setRawMode(false);
    stdin.pause();
  });
}

function cancelled(): RatchetError {
  return new RatchetError("CANCELLED", "No value was given; the secret was not changed.", {
    remedy: "Start again, or pass the value on standard input.",
  });
}
