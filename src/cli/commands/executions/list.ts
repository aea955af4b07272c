import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { askServer, LIMIT_OPTION, readItems, SERVER_OPTIONS, writeJsonLines } from "../../framework/server-command.ts";
import { jobId } from "../jobs/job-id.ts";
import { executionTable } from "./execution-text.ts";

/** `ratchet executions list`. */
export const EXECUTIONS_LIST = defineCommand({
  meta: {
    name: "executions list",
    description: "List executions, latest first",
    details: ["Lists executions of a running server: the attempts of jobs, and direct runs."],
    examples: [
      ["ratchet executions list --job 12", "all attempts of job 12"],
      ["ratchet executions list --status failed --task addition", "those that failed"],
    ],
  },
  args: {
    job: { type: "string", valueHint: "ID", form: jobId, description: "Executions of this job." },
    task: { type: "string", valueHint: "TASK", description: "Executions of this task, by label or uuid." },
    status: {
      type: "enum",
      options: ["pending", "running", "completed", "failed", "cancelled"],
      valueHint: "STATUS",
      multiple: true,
      description: "In this status: pending, running, completed, failed, cancelled. May be given several times.",
    },
    ...LIMIT_OPTION,
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object a line." },
  },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const query = { jobId: args.job, task: args.task, status: args.status.join(",") };
      const executions = await readItems(client, "/api/v1/executions", query, args.limit);
      if (args.json) writeJsonLines(executions);
      else if (executions.length === 0) writeStdout("There are no such executions.\n");
      else writeStdout(executionTable(executions, painter("stdout")));
      return EXIT.done;
    });
  },
});
