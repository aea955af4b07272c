import { NOTIFICATION_STATES } from "../../../domain/notification.ts";
import { isObject } from "../../../lib/is-object.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { askServer, LIMIT_OPTION, readItems, SERVER_OPTIONS, writeJsonLines } from "../../framework/server-command.ts";
import { cells, table } from "../../framework/table.ts";

/** `ratchet notifications deliveries`. */
export const NOTIFICATIONS_DELIVERIES = defineCommand({
  meta: {
    name: "notifications deliveries",
    description: "List the deliveries of notifications",
    details: [
      "Lists messages with their tries, newest first. A delivery that fails is tried again for about three hours.",
    ],
    examples: [["ratchet notifications deliveries --state failed", "what did not arrive"]],
  },
  args: {
    rule: {
      type: "string",
      form: { type: "integer", min: 1 },
      valueHint: "ID",
      description: "Only deliveries of the rule with this id.",
    },
    state: {
      type: "enum",
      options: [...NOTIFICATION_STATES],
      valueHint: "STATE",
      description: `Only deliveries in this state: ${NOTIFICATION_STATES.join(", ")}.`,
    },
    ...LIMIT_OPTION,
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object per line." },
  },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const { rule, state, limit } = args;
      const deliveries = await readItems(client, "/api/v1/notifications/deliveries", { rule, state }, limit);
      if (args.json) writeJsonLines(deliveries);
      else if (deliveries.length === 0) writeStdout("No deliveries match.\n");
      else {
        const rows = deliveries.map(({ id, rule: name, target, message, state: now, tries, error, nextTryAt }) => {
          return cells([id, name, isObject(target) ? target.type : null, message, now, tries, error, nextTryAt]);
        });
        const head = ["id", "rule", "to", "message", "state", "tries", "error", "next try"];
        writeStdout(table(head, rows, painter("stdout")));
      }
      return EXIT.done;
    });
  },
});
