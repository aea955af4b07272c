import { defined } from "../../../lib/defined.ts";
import { type CommandDefinition, defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { writeStdout } from "../../framework/output.ts";
import { askServer, SERVER_OPTIONS } from "../../framework/server-command.ts";
import { givenInput, INPUT_OPTIONS } from "../input-options.ts";
import { approvalId } from "./approval-id.ts";

/** Creates the commands `ratchet approvals approve` and `ratchet approvals reject`. */
export function decideCommand(decision: "approve" | "reject"): CommandDefinition {
  return defineCommand({
    meta: {
      name: `approvals ${decision}`,
      description: `${decision === "approve" ? "Approve" : "Reject"} what a run asks for`,
      details: ["The run goes on with the decision, which can't be changed. The audit log has who made it."],
      examples: [
        [`ratchet approvals ${decision} 5 --comment 'as agreed'`, "the run of approval 5 goes on"],
        [`ratchet approvals ${decision} 5 --input-json '{"note":"within the budget"}'`, "with what its form asks for"],
      ],
    },
    args: {
      id: { type: "positional", description: "Id of the approval.", form: approvalId },
      ...INPUT_OPTIONS,
      "input-json": { ...INPUT_OPTIONS["input-json"], description: "What the form of the approval asks for." },
      comment: { type: "string", valueHint: "TEXT", description: "Why, for people." },
      ...SERVER_OPTIONS,
    },
    async run({ args, data }) {
      const request = { decision, ...defined({ input: givenInput(args), comment: args.comment }) };
      return askServer(args, data, async (client) => {
        const approval = await client.call("POST", `/api/v1/approvals/${args.id}`, request);
        writeStdout(args.json ? `${JSON.stringify(approval)}\n` : `approval ${args.id} is ${approval.status}\n`);
        return EXIT.done;
      });
    },
  });
}
