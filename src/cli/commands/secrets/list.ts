import { timeText } from "../../../lib/time-text.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { table } from "../../framework/table.ts";
import { DATABASE_OPTIONS, isInCurrentFolder } from "../db/database-option.ts";

/** `ratchet secrets list`. */
export const SECRETS_LIST = defineCommand({
  meta: {
    name: "secrets list",
    description: "List the names of the stored secrets",
    details: ["Values can't be read. No key is needed."],
    examples: [["ratchet secrets list --json", "for scripts"]],
  },
  args: DATABASE_OPTIONS,
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const { hasDatabase, withStoredSecrets } = await import("./stored-secrets.ts");
    // Listing creates no database.
    const records = (await hasDatabase(args.database, data))
      ? await withStoredSecrets(args.database, data, ({ service }) => service.list())
      : [];
    const shown = records.map(({ name, createdAt, updatedAt }) => ({
      name,
      createdAt: timeText(createdAt),
      updatedAt: timeText(updatedAt),
    }));
    if (args.json) writeStdout(`${JSON.stringify({ items: shown })}\n`);
    else if (shown.length === 0) writeStdout("There are no secrets.\n");
    else {
      const rows = shown.map(({ name, createdAt, updatedAt }) => [name, createdAt, updatedAt]);
      writeStdout(table(["name", "created", "value set"], rows, painter("stdout")));
    }
    return EXIT.done;
  },
});
