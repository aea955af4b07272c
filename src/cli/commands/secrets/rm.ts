import { noSecret } from "../../../domain/not-found.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { printable, writeStdout } from "../../framework/output.ts";
import { DATABASE_OPTIONS, isInCurrentFolder } from "../db/database-option.ts";

/** `ratchet secrets rm`. */
export const SECRETS_RM = defineCommand({
  meta: {
    name: "secrets rm",
    description: "Delete a stored secret",
    details: ["Executions of tasks that declare it fail from then on, also on a running server. No key is needed."],
    examples: [["ratchet secrets rm API_TOKEN", "when no task needs it any more"]],
  },
  args: {
    name: { type: "positional", description: "Name of the secret." },
    ...DATABASE_OPTIONS,
  },
  needsCurrentFolder: isInCurrentFolder,
  async run({ args, data }) {
    const { name } = args;
    const { hasDatabase, withStoredSecrets } = await import("./stored-secrets.ts");
    if (!(await hasDatabase(args.database, data))) throw noSecret(name);
    await withStoredSecrets(args.database, data, ({ service, change }) =>
      change("deleteSecret", `secrets/${name}`, () => service.delete(name)),
    );
    writeStdout(args.json ? `${JSON.stringify({ name })}\n` : `deleted ${printable(name)}\n`);
    return EXIT.done;
  },
});
