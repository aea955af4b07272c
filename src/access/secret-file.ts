import { readFileSync } from "node:fs";
import { RatchetError } from "../domain/errors.ts";

/**
 * Reads a secret from a file, without the line feed that editors and `echo` put at its end.
 * @param key the configuration key that names the file, for the message
 * @throws {RatchetError} CONFIG_INVALID if the file can't be read or is empty
 */
export function readSecretFile(path: string, key: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw new RatchetError("CONFIG_INVALID", `${path}, which ${key} names, can't be read.`, {
      cause,
      data: { key },
      remedy: "Check the path and the permissions of the file.",
    });
  }
  const secret = withoutLineEnd(bytes);
  if (secret.length > 0) return secret;
  throw new RatchetError("CONFIG_INVALID", `${path}, which ${key} names, is empty.`, {
    data: { key },
    remedy: "Write the secret to the file.",
  });
}

function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  if (bytes.at(-1) !== 0x0a) return bytes;
  return bytes.subarray(0, bytes.at(-2) === 0x0d ? -2 : -1);
}
