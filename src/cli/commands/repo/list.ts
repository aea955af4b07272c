import type { TaskVersion } from "../../../registry/registry.ts";
import { CONFIG_OPTIONS, defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { table } from "../../framework/table.ts";

/** `ratchet repo list`. */
export const REPO_LIST = defineCommand({
  meta: {
    name: "repo list",
    description: "List the tasks of the configured sources",
    details: [
      "Reads the sources itself, without a server. For a remote source that can't be reached, it shows the last verified " +
        "copy.",
    ],
    examples: [
      ["ratchet repo list", "all tasks that `ratchet serve` would offer here"],
      ["ratchet repo list https://example.com/tasks.git", "the tasks of a repository"],
    ],
  },
  args: {
    uri: {
      type: "positional",
      description: "Another source to look at instead.",
      multiple: true,
      complete: "folder",
      required: false,
    },
    ...CONFIG_OPTIONS,
    json: { type: "boolean", description: "Print JSON." },
  },
  async run({ args, data }) {
    const { withSources } = await import("./source-registry.ts");
    const { values } = await data.config();
    return withSources(values, args.uri, async (registry) => {
      const tasks = registry.tasks().map(taskView);
      const failed = registry.sources().filter(({ error }) => error !== null);
      if (args.json) {
        writeStdout(`${JSON.stringify({ tasks, sources: registry.sources() })}\n`);
        return failed.length === 0 ? EXIT.done : EXIT.environment;
      }
      const paint = painter("stdout");
      const rows = tasks.map((task) => [task.label, task.version, task.source, task.uuid, task.versions.join(", ")]);
      if (rows.length === 0) writeStdout("The sources have no tasks.\n");
      else writeStdout(table(["task", "newest", "source", "uuid", "versions"], rows, paint));
      if (failed.length > 0) {
        const { createNotices } = await import("../../framework/people-log.ts");
        const notices = createNotices();
        for (const { name, error, state } of failed) notices.warn(`${state} source ${name}: ${error}`);
      }
      return failed.length === 0 ? EXIT.done : EXIT.environment;
    });
  },
});

function taskView(versions: readonly TaskVersion[]) {
  const [newest] = versions;
  const { uuid = "", label = "", description = "", version = "", source = "" } = newest ?? {};
  return { uuid, label, description, version, source, versions: versions.map(({ version }) => version) };
}
