import { EXECUTION_STATUSES } from "../../../domain/execution-record.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import {
  askServer,
  LIMIT_OPTION,
  readItems,
  SERVER_OPTIONS,
  TASK_FILTER,
  writeJsonLines,
} from "../../framework/server-command.ts";
import { CREATION_TIME_OPTIONS } from "../jobs/filter-options.ts";
import { jobId } from "../jobs/job-id.ts";
import { executionTable } from "./execution-text.ts";

/** `ratchet executions list`. */
export const EXECUTIONS_LIST = defineCommand({
  meta: {
    name: "executions list",
    description: "List executions, newest first",
    details: ["Lists the executions of a running server: attempts of jobs, and direct executions."],
    examples: [
      ["ratchet executions list --job 12", "all attempts of job 12"],
      ["ratchet executions list --status failed --task addition", "failed executions"],
    ],
  },
  args: {
    job: { type: "string", valueHint: "ID", form: jobId, description: "Executions of this job." },
    task: { ...TASK_FILTER, description: "Executions of this task, by label, uuid or id." },
    status: {
      type: "enum",
      options: [...EXECUTION_STATUSES],
      valueHint: "STATUS",
      multiple: true,
      description: `Executions in this status: ${EXECUTION_STATUSES.join(", ")}. Can be repeated.`,
    },
    ...CREATION_TIME_OPTIONS,
    ...LIMIT_OPTION,
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object per line." },
  },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const query = {
        jobId: args.job,
        task: args.task,
        status: args.status.join(",") || undefined,
        createdFrom: args["created-from"],
        createdTo: args["created-to"],
      };
      const executions = await readItems(client, "/api/v1/executions", query, args.limit);
      if (args.json) writeJsonLines(executions);
      else if (executions.length === 0) writeStdout("No executions match.\n");
      else writeStdout(executionTable(executions, painter("stdout")));
      return EXIT.done;
    });
  },
});
