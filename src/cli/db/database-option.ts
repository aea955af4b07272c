import { CONFIG_KEYS } from "../../config/keys.ts";
import { CONFIG_OPTIONS, type CommandContext, type OptionDefinition } from "../command.ts";

/** The options of every `db` command. */
export const DATABASE_OPTIONS = {
  ...CONFIG_OPTIONS,
  database: {
    form: CONFIG_KEYS["server.database.url"].form,
    value: "URL",
    description: "The database, such as sqlite:ratchet.db. Default: that of the configuration.",
  },
  json: { description: "Print JSON." },
} as const satisfies Record<string, OptionDefinition>;

/** The database that is meant. */
export async function databaseUrl(chosen: string | undefined, context: CommandContext): Promise<string> {
  return chosen ?? (await context.config()).values["server.database.url"];
}

/** Whether the database lies in the current folder, as it does by default. */
export function isInCurrentFolder({ database }: Readonly<Record<string, unknown>>): boolean {
  return typeof database !== "string" || !/^sqlite:(?:\/|:memory:)/.test(database);
}
