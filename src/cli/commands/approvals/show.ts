import type { JsonObject } from "../../../domain/json.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { askServer, SERVER_OPTIONS, taskLabel } from "../../framework/server-command.ts";
import { facts, wordsText } from "../../framework/table.ts";
import { approvalId } from "./approval-id.ts";

/** `ratchet approvals show`. */
export const APPROVALS_SHOW = defineCommand({
  meta: {
    name: "approvals show",
    description: "Print an approval",
    details: ["Prints what is asked, who may decide, and the schema of the input that a decision takes."],
    examples: [["ratchet approvals show 5", "approval 5"]],
  },
  args: { id: { type: "positional", description: "Id of the approval.", form: approvalId }, ...SERVER_OPTIONS },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const approval = await client.call("GET", `/api/v1/approvals/${args.id}`);
      writeStdout(args.json ? `${JSON.stringify(approval)}\n` : approvalText(approval));
      return EXIT.done;
    });
  },
});

function approvalText(approval: JsonObject): string {
  return facts(
    [
      ["approval", approval.id],
      ["title", approval.title],
      ["status", approval.status],
      ["task", taskLabel(approval)],
      ["execution", approval.executionId],
      ["job", approval.jobId],
      ["who", wordsText(approval.who) ?? "everyone who may handle jobs"],
      ["asked", approval.createdAt],
      ["until", approval.dueAt],
      ["then", approval.dueAt === null ? undefined : approval.onTimeout],
      ["schema", approval.schema],
      ["decided by", approval.decidedBy],
      ["decided", approval.decidedAt],
      ["comment", approval.comment],
    ],
    painter("stdout"),
  );
}
