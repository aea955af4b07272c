import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import {
  askServer,
  LIMIT_OPTION,
  readItems,
  SERVER_OPTIONS,
  TASK_FILTER,
  taskLabel,
  writeJsonLines,
} from "../../framework/server-command.ts";
import { cells, table } from "../../framework/table.ts";
import { planText } from "./schedule-text.ts";

/** `ratchet schedules list`. */
export const SCHEDULES_LIST = defineCommand({
  meta: {
    name: "schedules list",
    description: "List schedules",
    details: ["Lists the schedules of a running server with their plan and their next firing, newest first."],
    examples: [
      ["ratchet schedules list", "all schedules"],
      ["ratchet schedules list --sort next --json | jq -r .name", "names by the time of the next firing"],
    ],
  },
  args: {
    task: { ...TASK_FILTER, description: "Only schedules of this task, by label, uuid or id." },
    enabled: {
      type: "boolean",
      description: "Only enabled schedules.",
      negativeDescription: "Only disabled schedules.",
    },
    sort: {
      type: "enum",
      options: ["created", "name", "next"],
      valueHint: "ORDER",
      description: "Order: created, name or next (time of the next firing). Default: created.",
    },
    ...LIMIT_OPTION,
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object per line." },
  },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const { task, enabled, sort } = args;
      // The default order is descending, which only fits the time of creation.
      const order = sort === "name" || sort === "next" ? "asc" : undefined;
      const schedules = await readItems(client, "/api/v1/schedules", { task, enabled, sort, order }, args.limit);
      if (args.json) writeJsonLines(schedules);
      else if (schedules.length === 0) writeStdout("No schedules match.\n");
      else {
        const rows = schedules.map((one) => {
          return cells([
            one.id,
            one.name,
            taskLabel(one),
            planText(one),
            one.enabled === true ? "yes" : "no",
            one.nextAt,
          ]);
        });
        writeStdout(table(["id", "name", "task", "plan", "enabled", "next"], rows, painter("stdout")));
      }
      return EXIT.done;
    });
  },
});
