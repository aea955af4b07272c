import { RatchetError } from "../../../domain/errors.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { printable, writeStdout } from "../../framework/output.ts";
import { DATABASE_OPTIONS, isInCurrentFolder } from "../db/database-option.ts";
import { readTextFile } from "../run-once/input.ts";

/** `ratchet secrets rotate-key`. */
export const SECRETS_ROTATE_KEY = defineCommand({
  meta: {
    name: "secrets rotate-key",
    description: "Encrypt the stored secrets with a new master key",
    details: [
      "A key in a file is replaced there. A key from RATCHET_SECRETS_KEY can't be replaced: the command prints the new key, " +
        "which the variable has to have from then on.",
      "It works next to a running server. A server with the old key in its variable goes on with the values that it has, and " +
        "needs the new key to read changed ones.",
    ],
    examples: [
      ["ratchet secrets rotate-key", "with a new random key"],
      ["ratchet secrets rotate-key --new-key-file new.key", "with a key of yours; the old key's file stays as it is"],
    ],
  },
  args: {
    "new-key-file": {
      type: "string",
      valueHint: "FILE",
      complete: "file",
      description:
        "Take the new key from this file (32 bytes in base64; - is standard input), and change no other file.",
    },
    ...DATABASE_OPTIONS,
  },
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const { hasDatabase, withStoredSecrets } = await import("./stored-secrets.ts");
    const { createMasterKey, formatMasterKey, parseMasterKey } = await import(
      "../../../secrets/encryption/master-key.ts"
    );
    const { rotateKey } = await import("../../../secrets/keys/rotate-key.ts");
    const { findKey } = await import("../../../secrets/vault.ts");
    if (!(await hasDatabase(args.database, data))) throw noDatabase();
    const file = args["new-key-file"];
    const key = file === undefined ? createMasterKey() : parseMasterKey(readTextFile(file), `The content of ${file}`);
    return withStoredSecrets(args.database, data, async ({ store, keys, change }) => {
      const isReplaced = file === undefined && keys.replace !== undefined;
      const count = (await store.list()).length;
      const report = args.json ? jsonReport : textReport;
      const shownKey = file === undefined && !isReplaced ? formatMasterKey(key) : undefined;
      const { keyId } = await store.read();
      if (keyId !== null) findKey(keys, keyId);
      // A key that is printed is printed first: without it the secrets would be lost.
      if (shownKey !== undefined) writeStdout(report(count, keys.name, shownKey));
      const { replace: _, ...fixed } = keys;
      await change("rotateSecretsKey", "secrets", () => rotateKey(store, isReplaced ? keys : fixed, key));
      if (shownKey === undefined) writeStdout(report(count, file ?? keys.name));
      if (!isReplaced) await explainNextStep(keys.name, file, key.id);
      return EXIT.done;
    });
  },
});

function jsonReport(count: number, keySource: string, key?: string): string {
  return `${JSON.stringify({ secrets: count, keySource, key })}\n`;
}

function textReport(count: number, keySource: string, key?: string): string {
  if (key !== undefined) return `${key}\n`;
  return `encrypted ${count} ${count === 1 ? "secret" : "secrets"} with the new key in ${printable(keySource)}\n`;
}

async function explainNextStep(source: string, file: string | undefined, fingerprint: string): Promise<void> {
  const { createNotices } = await import("../../framework/people-log.ts");
  const key = file === undefined ? "the key that was printed" : `the key in ${file}`;
  createNotices().warn(
    `From now on the secrets can be read only with ${key} (fingerprint ${fingerprint}): put it in ${source} of every server, and ` +
      "start it again. Until then a server goes on with the values that it has, and can't read one that is set from now on.",
  );
}

function noDatabase(): RatchetError {
  return new RatchetError("ENVIRONMENT", "There is no database, so there is no key to rotate.", {
    remedy: "Choose the database with --database, or run the command in the folder of the server.",
  });
}
