import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { askServer, itemsOf, SERVER_OPTIONS, writeJsonLines } from "../../framework/server-command.ts";
import { cells, table } from "../../framework/table.ts";

const ID = {
  type: "positional",
  form: { type: "string", check: idProblem },
  description: "Id of the rule, as `ratchet notifications list` shows it.",
} as const;

function idProblem(text: string): string | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? undefined : "is not the id of a rule";
}

/** `ratchet notifications delete`. */
export const NOTIFICATIONS_DELETE = defineCommand({
  meta: {
    name: "notifications delete",
    description: "Delete a rule of notifications",
    details: ["Its deliveries are deleted with it. Rules of the configuration are changed there."],
    examples: [["ratchet notifications delete 3", "when it is not needed any more"]],
  },
  args: { id: ID, ...SERVER_OPTIONS },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const id = Number(args.id);
      await client.call("DELETE", `/api/v1/notifications/rules/${id}`);
      writeStdout(args.json ? `${JSON.stringify({ id })}\n` : `deleted rule ${id}\n`);
      return EXIT.done;
    });
  },
});

/** `ratchet notifications test`. */
export const NOTIFICATIONS_TEST = defineCommand({
  meta: {
    name: "notifications test",
    description: "Send a test message to each receiver of a rule",
    details: ["Prints what each receiver did. The exit code is 1 if one of them did not accept the message."],
    examples: [["ratchet notifications test 3", "whether messages arrive"]],
  },
  args: {
    id: ID,
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object per line." },
  },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const results = itemsOf(await client.call("POST", `/api/v1/notifications/rules/${args.id}/test`));
      if (args.json) writeJsonLines(results);
      else {
        const rows = results.map(({ target, delivered, status, error, durationMs }) => {
          const { type, url, to } = target as { type: string; url?: string; to?: string[] };
          const place = url ?? to?.join(", ") ?? null;
          return cells([type, place, delivered === true ? "yes" : "no", status, error, `${durationMs}ms`]);
        });
        writeStdout(table(["to", "address", "delivered", "status", "error", "took"], rows, painter("stdout")));
      }
      return results.every(({ delivered }) => delivered === true) ? EXIT.done : EXIT.failed;
    });
  },
});
