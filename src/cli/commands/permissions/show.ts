import { CONFIG_OPTIONS, defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { FROM_FS_OPTION, TASK_PATH, taskPath } from "../../framework/task-paths.ts";

/** `ratchet permissions show`. */
export const PERMISSIONS_SHOW = defineCommand({
  meta: {
    name: "permissions show",
    description: "Print what a task may do in effect, and why",
    details: [
      "Applies the configuration to the permissions of a task, and prints what it may call, which secrets it gets and which tasks it " +
        "may call, each with the setting and the line that it comes from. `execution.network` differs between a server and commands " +
        "such as run-once unless it is set, so the effect on both is printed. Nothing of the task is run.",
    ],
    examples: [
      ["ratchet permissions show tasks/weather", "for people"],
      ["ratchet permissions show tasks#weather --json", "a task of a collection, as JSON"],
    ],
  },
  args: {
    path: { type: "positional", required: false, complete: "file", description: `The task: ${TASK_PATH}.` },
    "from-fs": FROM_FS_OPTION,
    json: { type: "boolean", description: "Print JSON." },
    ...CONFIG_OPTIONS,
  },
  async run({ args, data }) {
    const path = taskPath("permissions show", args.path, args["from-fs"]);
    const config = await data.config();
    const [{ loadTask }, { effectivePermissions }, { peopleText }] = await Promise.all([
      import("../../../task/load.ts"),
      import("./effective-permissions.ts"),
      import("./permissions-text.ts"),
    ]);
    const shown = await effectivePermissions(await loadTask(path), config);
    writeStdout(args.json ? `${JSON.stringify(shown, null, 2)}\n` : peopleText(shown, painter("stdout")));
    return EXIT.done;
  },
});
