import { APPROVAL_STATUSES } from "../../../store/contract/approvals.ts";
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
import { executionId } from "../executions/execution-id.ts";

/** `ratchet approvals list`. */
export const APPROVALS_LIST = defineCommand({
  meta: {
    name: "approvals list",
    description: "List approvals, newest first",
    details: ["Lists the questions of runs that match all filters, by default those that nobody has decided."],
    examples: [
      ["ratchet approvals list", "what waits for a decision"],
      ["ratchet approvals list --status rejected --task order", "what was rejected"],
    ],
  },
  args: {
    status: {
      type: "enum",
      options: [...APPROVAL_STATUSES, "all"],
      valueHint: "STATUS",
      description: `In this status: ${APPROVAL_STATUSES.join(", ")}, all. Default: pending.`,
    },
    task: TASK_FILTER,
    execution: { type: "string", valueHint: "ID", form: executionId, description: "Of this execution." },
    ...LIMIT_OPTION,
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object per line." },
  },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const { status = "pending", task, execution } = args;
      const query = { status: status === "all" ? undefined : status, task, executionId: execution };
      const approvals = await readItems(client, "/api/v1/approvals", query, args.limit);
      if (args.json) writeJsonLines(approvals);
      else if (approvals.length === 0) writeStdout("No approvals match.\n");
      else {
        const rows = approvals.map((one) =>
          cells([one.id, one.status, taskLabel(one), one.executionId, one.dueAt, one.decidedBy, one.title]),
        );
        writeStdout(table(["id", "status", "task", "execution", "until", "by", "title"], rows, painter("stdout")));
      }
      return EXIT.done;
    });
  },
});
