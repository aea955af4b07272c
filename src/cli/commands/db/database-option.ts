import { CONFIG_KEYS } from "../../../config/keys.ts";
import type { Maintenance } from "../../../store/contract/maintenance.ts";
import { createMaintenance } from "../../../store/sqlite/maintenance.ts";
import { type ArgDefinition, CONFIG_OPTIONS, type Invocation } from "../../framework/command.ts";

/** The options of every `db` command. */
export const DATABASE_OPTIONS = {
  ...CONFIG_OPTIONS,
  database: {
    type: "string",
    form: CONFIG_KEYS["server.database.url"].form,
    valueHint: "URL",
    description: "The database, such as sqlite:ratchet.db. Default: that of the configuration.",
  },
  json: { type: "boolean", description: "Print JSON." },
} as const satisfies Record<string, ArgDefinition>;

/** Opens the chosen or configured database for maintenance. */
export async function maintenanceOf(chosen: string | undefined, context: Invocation): Promise<Maintenance> {
  return createMaintenance(chosen ?? (await context.config()).values["server.database.url"]);
}

/** Returns true if the database is in the current folder, as by default. */
export function isInCurrentFolder({ database }: Readonly<Record<string, unknown>>): boolean {
  return typeof database !== "string" || !/^sqlite:(?:\/|:memory:)/.test(database);
}
