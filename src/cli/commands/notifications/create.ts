import type { JsonValue } from "../../../domain/json.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { printable, writeStdout } from "../../framework/output.ts";
import { askServer, SERVER_OPTIONS } from "../../framework/server-command.ts";
import { fileLabel, parseInput, readTextFile } from "../run-once/input.ts";

/** `ratchet notifications create`. */
export const NOTIFICATIONS_CREATE = defineCommand({
  meta: {
    name: "notifications create",
    description: "Create a rule of notifications",
    details: [
      "The rule is JSON, as the API takes it, from a file or from standard input. It is not an argument, because it contains the " +
        "secrets of receivers, and other users of the machine can see arguments.",
      'An e-mail for each job that fails for good: {"name": "failures", "when": "job.failed", "to": [{"type": ' +
        '"email", "to": ["ops@example.org"]}]}',
    ],
    examples: [
      ["ratchet notifications create rule.json", "the rule in a file"],
      ["ratchet notifications create - < rule.json", "from standard input"],
    ],
  },
  args: {
    file: { type: "positional", complete: "file", description: "File with the rule as JSON; - is standard input." },
    ...SERVER_OPTIONS,
  },
  async run({ args, data }) {
    const request: JsonValue = parseInput(readTextFile(args.file), fileLabel(args.file));
    return askServer(args, data, async (client) => {
      const rule = await client.call("POST", "/api/v1/notifications/rules", request);
      writeStdout(
        args.json ? `${JSON.stringify(rule)}\n` : `created rule ${rule.id}: ${printable(String(rule.name))}\n`,
      );
      return EXIT.done;
    });
  },
});
