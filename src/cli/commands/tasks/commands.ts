import type { JsonObject } from "../../../domain/json.ts";
import { type CommandDefinition, defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, printable, writeStdout } from "../../framework/output.ts";
import {
  askServer,
  LIMIT_OPTION,
  REFERENCE_FORM,
  readItems,
  SERVER_OPTIONS,
  writeJsonLines,
} from "../../framework/server-command.ts";
import { cells, facts, table } from "../../framework/table.ts";

/** The argument of commands for one task. */
export const TASK = {
  task: { type: "positional", description: "Label, uuid or id of the task.", form: REFERENCE_FORM },
} as const;

/** The path of a task. */
export const pathOf = (task: string): string => `/api/v1/tasks/${encodeURIComponent(task)}`;

/** `ratchet tasks list`. */
export const TASKS_LIST = defineCommand({
  meta: {
    name: "tasks list",
    description: "List the tasks of a running server",
    details: [
      "Lists the tasks of a running server. `ratchet repo list` lists those of the configured sources without a server.",
    ],
    examples: [["ratchet tasks list --no-enabled", "disabled tasks"]],
  },
  args: {
    enabled: { type: "boolean", description: "Only enabled tasks.", negativeDescription: "Only disabled tasks." },
    source: { type: "string", valueHint: "NAME", description: "Only tasks of this source." },
    search: {
      type: "string",
      valueHint: "TEXT",
      description: "Only tasks whose label or description contains this text, in any case.",
    },
    "in-sync": {
      type: "boolean",
      description: "Only tasks that a source still has.",
      negativeDescription: "Only tasks that no source has any more.",
    },
    ...LIMIT_OPTION,
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object per line." },
  },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const { enabled, source, search } = args;
      const query = { enabled, source, search, inSync: args["in-sync"], sort: "label", order: "asc" };
      const tasks = await readItems(client, "/api/v1/tasks", query, args.limit);
      if (args.json) writeJsonLines(tasks);
      else if (tasks.length === 0) writeStdout("No tasks match.\n");
      else {
        const rows = tasks.map((task) => {
          const state = task.inSync === false ? "gone" : task.enabled === true ? "enabled" : "disabled";
          return cells([task.label, task.version, state, task.source, task.uuid]);
        });
        writeStdout(table(["task", "newest", "state", "source", "uuid"], rows, painter("stdout")));
      }
      return EXIT.done;
    });
  },
});

/** `ratchet tasks show`. */
export const TASKS_SHOW = defineCommand({
  meta: {
    name: "tasks show",
    description: "Print a task of a running server",
    details: ["Prints the task with the versions that its sources offer."],
    examples: [["ratchet tasks show addition", "the task with the label addition"]],
  },
  args: { ...TASK, ...SERVER_OPTIONS },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const task = await client.call("GET", pathOf(args.task));
      writeStdout(args.json ? `${JSON.stringify(task)}\n` : taskText(task));
      return EXIT.done;
    });
  },
});

function taskText(task: JsonObject): string {
  const { availableVersions } = task;
  return facts(
    [
      ["task", task.label],
      ["id", task.id],
      ["uuid", task.uuid],
      ["description", task.description],
      ["newest", task.version],
      ["versions", Array.isArray(availableVersions) ? availableVersions.join(", ") || "none" : undefined],
      ["status", task.enabled === true ? "enabled" : "disabled"],
      ["source", task.inSync === false ? `${task.source} (no longer there)` : task.source],
      ["created", task.createdAt],
      ["updated", task.updatedAt],
    ],
    painter("stdout"),
  );
}

/** `ratchet tasks enable`. */
export function tasksEnable(): CommandDefinition {
  return switchCommand("enable", true, "The task accepts new jobs again, and its waiting jobs run.");
}

/** `ratchet tasks disable`. */
export function tasksDisable(): CommandDefinition {
  return switchCommand("disable", false, "A disabled task accepts no new jobs, and its jobs wait.");
}

function switchCommand(name: "enable" | "disable", enabled: boolean, explanation: string): CommandDefinition {
  return defineCommand({
    meta: {
      name: `tasks ${name}`,
      description: `${enabled ? "Enable" : "Disable"} a task`,
      details: [explanation],
      examples: [[`ratchet tasks ${name} addition`, "by its label"]],
    },
    args: { ...TASK, ...SERVER_OPTIONS },
    async run({ args, data }) {
      return askServer(args, data, async (client) => {
        const task = await client.call("PATCH", pathOf(args.task), { enabled });
        writeStdout(args.json ? `${JSON.stringify(task)}\n` : `task ${printable(String(task.label))} is ${name}d\n`);
        return EXIT.done;
      });
    },
  });
}
