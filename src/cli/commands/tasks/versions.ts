import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { askServer, SERVER_OPTIONS, writeJsonLines } from "../../framework/server-command.ts";
import { cells, table } from "../../framework/table.ts";
import { pathOf, TASK } from "./commands.ts";

/** `ratchet tasks versions`. */
export const TASKS_VERSIONS = defineCommand({
  meta: {
    name: "tasks versions",
    description: "List the versions of a task, and how many unfinished jobs run on each",
    details: [
      "Lists every version that the server has ever seen, newest first. `unfinished` counts the jobs that are pinned to a version: they asked for it, or their run began with it. `ratchet jobs list --task TASK --task-version VERSION` lists them.",
      "A version is available while a source has it. A kept one has gone, but the server has a copy for those who still run on it.",
    ],
    examples: [["ratchet tasks versions addition", "the versions of the task with the label addition"]],
  },
  args: {
    ...TASK,
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object per line." },
  },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const { items } = await client.call("GET", `${pathOf(args.task)}/versions`);
      const versions = (Array.isArray(items) ? items : []).filter((one): one is JsonObject => isObject(one));
      if (args.json) writeJsonLines(versions);
      else {
        const rows = versions.map((one) =>
          cells([one.version, stateOf(one), one.source, one.createdAt, unfinishedText(one.unfinished)]),
        );
        writeStdout(table(["version", "state", "source", "first seen", "unfinished"], rows, painter("stdout")));
      }
      return EXIT.done;
    });
  },
});

function stateOf({ available, kept }: JsonObject): string {
  if (available === true) return "available";
  return kept === true ? "kept" : "gone";
}

/** Such as `1 processing, 12 sleeping`. */
function unfinishedText(counts: JsonValue | undefined): string {
  const shown = Object.entries(isObject(counts) ? counts : {}).filter(([, count]) => count !== 0);
  return shown.map(([status, count]) => `${count} ${status.replaceAll("_", " ")}`).join(", ") || "none";
}
