import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { askServer, SERVER_OPTIONS } from "../../framework/server-command.ts";
import { cells, table } from "../../framework/table.ts";

/** `ratchet http origins`. */
export const HTTP_ORIGINS = defineCommand({
  meta: {
    name: "http origins",
    description: "List the origins that tasks of a running server call, with the states of their circuits",
    details: [
      "Lists what tasks have called lately, the latest first: whether calls are let through (closed), refused (open), or one is let through to find out whether the origin works (half-open).",
    ],
    examples: [["ratchet http origins", "which services fail"]],
  },
  args: SERVER_OPTIONS,
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const page = await client.call("GET", "/api/v1/http/origins");
      writeStdout(args.json ? `${JSON.stringify(page)}\n` : originTable(page.items));
      return EXIT.done;
    });
  },
});

function originTable(items: JsonValue | undefined): string {
  const origins: JsonObject[] = Array.isArray(items) ? items.filter((item) => isObject(item)) : [];
  if (origins.length === 0) return "No task has called an origin lately.\n";
  const rows = origins.map(({ origin, state, calls, failures, opensUntil }) =>
    cells([origin, state, calls, failures, opensUntil]),
  );
  return table(["origin", "circuit", "calls", "failures", "open until"], rows, painter("stdout"));
}
