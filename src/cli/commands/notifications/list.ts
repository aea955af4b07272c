import type { JsonObject } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { askServer, LIMIT_OPTION, readItems, SERVER_OPTIONS, writeJsonLines } from "../../framework/server-command.ts";
import { cells, table } from "../../framework/table.ts";

/** `ratchet notifications list`. */
export const NOTIFICATIONS_LIST = defineCommand({
  meta: {
    name: "notifications list",
    description: "List the rules of notifications",
    details: ["Lists the rules of a running server, also those of its configuration, newest first."],
    examples: [
      ["ratchet notifications list", "all rules"],
      ["ratchet notifications list --json | jq -r .name", "their names"],
    ],
  },
  args: {
    ...LIMIT_OPTION,
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object per line." },
  },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const rules = await readItems(client, "/api/v1/notifications/rules", {}, args.limit);
      if (args.json) writeJsonLines(rules);
      else if (rules.length === 0) writeStdout("There are no rules.\n");
      else {
        const rows = rules.map((rule) => {
          const { id, name, when, enabled, origin } = rule;
          return cells([id, name, when, receivers(rule), enabled === true ? "yes" : "no", origin]);
        });
        writeStdout(table(["id", "name", "when", "to", "enabled", "origin"], rows, painter("stdout")));
      }
      return EXIT.done;
    });
  },
});

/** Returns the kinds of a rule's receivers. */
function receivers({ to }: JsonObject): string {
  return Array.isArray(to) ? to.map((target) => (isObject(target) ? String(target.type) : "")).join(", ") : "";
}
