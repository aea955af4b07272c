import { keyView } from "../../../api/resources/credentials.ts";
import { CONFIG_KEYS } from "../../../config/keys.ts";
import { timeTextOrNull } from "../../../lib/time-text.ts";
import { type IssuedKey, USUAL_OVERLAP } from "../../../service/access/key-service.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { isTerminal, painter, printable, writeStdout } from "../../framework/output.ts";
import { cells, table } from "../../framework/table.ts";
import { DATABASE_OPTIONS, isInCurrentFolder } from "../db/database-option.ts";
import { stateText, tasksText } from "./key-text.ts";
import { GRANT_OPTIONS, NAME_ARGUMENT, patternsOf } from "./options.ts";
import { TAKES_EFFECT, withCredentials } from "./with-services.ts";

const DURATION = { type: "duration", min: 0, max: CONFIG_KEYS["auth.session.max_age"].form.max * 100 } as const;

/** `ratchet key create`. */
export const KEY_CREATE = defineCommand({
  meta: {
    name: "key create",
    description: "Create an API key and print it, once",
    details: [
      "Prints the key and nothing else, so that a script can keep it. Only its hash is stored. From the first key or user on, a " +
        "server requires credentials.",
      TAKES_EFFECT,
    ],
    examples: [
      ["ratchet key create ci --role operator --expires 90d", "valid for 90 days"],
      ["ratchet key create billing --role operator --tasks 'billing-*'", "for some tasks only"],
    ],
  },
  args: {
    name: NAME_ARGUMENT,
    ...GRANT_OPTIONS,
    expires: {
      type: "string",
      form: { ...DURATION, min: 1_000 },
      valueHint: "DURATION",
      description: "How long the key is valid, such as 90d. Default: until it is revoked.",
    },
    ...DATABASE_OPTIONS,
  },
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const { name, role, tasks, expires = null } = args;
    return withCredentials(args.database, data, async ({ keys, change }) => {
      const create = () => keys.create({ name, role, ...patternsOf(tasks), expires }, "");
      printIssued(await change("createKey", `keys/${name}`, create), args.json);
      return EXIT.done;
    });
  },
});

/** `ratchet key list`. */
export const KEY_LIST = defineCommand({
  meta: {
    name: "key list",
    description: "List the API keys, with the revoked ones",
    details: [
      "Shows what each key may do, and when it was last used: a server stores that 10 s later. While a rotated key overlaps, the " +
        "state says until when the previous one is valid. The keys themselves are stored nowhere.",
    ],
    examples: [["ratchet key list --json", "one JSON object per line"]],
  },
  args: { ...DATABASE_OPTIONS, json: { type: "boolean", description: "Print one JSON object per line." } },
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const keys = await withCredentials(args.database, data, (services) => services.keys.list());
    if (args.json) writeStdout(keys.map((key) => `${JSON.stringify(keyView(key))}\n`).join(""));
    else if (keys.length === 0) writeStdout("There are no keys.\n");
    else {
      const now = Date.now();
      const rows = keys.map((key) => {
        const { name, role, start, expiresAt, lastUsedAt } = key;
        const times = [timeTextOrNull(expiresAt) ?? "never", timeTextOrNull(lastUsedAt) ?? "never"];
        return cells([name, role, tasksText(key.tasks), `${start}...`, stateText(key, now), ...times]);
      });
      const heads = ["name", "role", "tasks", "key", "state", "expires", "last used"];
      writeStdout(table(heads, rows, painter("stdout")));
    }
    return EXIT.done;
  },
});

/** `ratchet key revoke`. */
export const KEY_REVOKE = defineCommand({
  meta: {
    name: "key revoke",
    description: "Revoke an API key: it stops working at once",
    details: ["The key stays in the list. Its name can be used for a new key.", TAKES_EFFECT],
    examples: [["ratchet key revoke ci", "revokes the key ci"]],
  },
  args: { name: NAME_ARGUMENT, ...DATABASE_OPTIONS },
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const key = await withCredentials(args.database, data, ({ keys, change }) =>
      change("revokeKey", `keys/${args.name}`, () => keys.revoke(args.name)),
    );
    writeStdout(args.json ? `${JSON.stringify(keyView(key))}\n` : `revoked ${printable(key.name)}\n`);
    return EXIT.done;
  },
});

/** `ratchet key rotate`. */
export const KEY_ROTATE = defineCommand({
  meta: {
    name: "key rotate",
    description: "Replace an API key by a new one, and print it, once",
    details: [
      "The new key has the same name, role and tasks, and is valid for as long as the old one was from its creation. The old one works " +
        "for a while, so that its users can change over.",
      TAKES_EFFECT,
    ],
    examples: [["ratchet key rotate ci --overlap 1h", "the old key works for another hour"]],
  },
  args: {
    name: NAME_ARGUMENT,
    overlap: {
      type: "string",
      form: DURATION,
      valueHint: "DURATION",
      description: `How long the old key stays valid. Default: ${USUAL_OVERLAP}.`,
    },
    ...DATABASE_OPTIONS,
  },
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const request = args.overlap === undefined ? {} : { overlap: args.overlap };
    return withCredentials(args.database, data, async ({ keys, change }) => {
      const rotate = () => keys.rotate(args.name, request, "");
      printIssued(await change("rotateKey", `keys/${args.name}`, rotate), args.json);
      return EXIT.done;
    });
  },
});

function printIssued({ key, secret }: IssuedKey, asJson: boolean): void {
  if (asJson) return writeStdout(`${JSON.stringify({ ...keyView(key), key: secret })}\n`);
  const note = painter("stdout")("dim", "Keep it: it is not shown again.");
  writeStdout(isTerminal("stdout") ? `${secret}\n${note}\n` : `${secret}\n`);
}
