import { closeSync, existsSync, openSync } from "node:fs";
import { RatchetError } from "../../../domain/errors.ts";
import { createKeyPair } from "../../../task/signature/signing-keys.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { writeAll, writeStdout } from "../../framework/output.ts";
import { unwritable } from "../../framework/output-file.ts";

/** `ratchet task keygen`. */
export const TASK_KEYGEN = defineCommand({
  meta: {
    name: "task keygen",
    description: "Create a pair of keys to sign tasks with",
    details: [
      "Writes the private key to FILE, for its owner only, and the public key to FILE.pub, and prints the public key. Both are Ed25519 keys. " +
        "Existing files are never changed.",
    ],
    examples: [["ratchet task keygen release.key", "writes release.key and release.key.pub"]],
  },
  args: { file: { type: "positional", complete: "file", description: "The file for the private key." } },
  async run({ args: { file } }) {
    const existing = [file, `${file}.pub`].find((path) => existsSync(path));
    if (existing !== undefined) {
      throw new RatchetError("USAGE", `task keygen: ${existing} exists already.`, { remedy: "Name another file." });
    }
    const { privateKey, publicKey } = createKeyPair();
    writeNew(file, privateKey, 0o600);
    writeNew(`${file}.pub`, `${publicKey}\n`, 0o644);
    writeStdout(`${publicKey}\n`);
    return EXIT.done;
  },
});

function writeNew(path: string, text: string, mode: number): void {
  try {
    const descriptor = openSync(path, "wx", mode);
    try {
      writeAll(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw unwritable(path, error);
  }
}
