import type { JsonObject } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";
import { CONFIG_OPTIONS, defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, printable, writeStdout } from "../../framework/output.ts";
import { SERVER_OPTION, withServer } from "../../framework/server-client.ts";
import { table } from "../../framework/table.ts";

const OPTIONS = {
  ...SERVER_OPTION,
  ...CONFIG_OPTIONS,
  json: { type: "boolean", description: "Print JSON." },
} as const;

/** `ratchet repo status`. */
export const REPO_STATUS = defineCommand({
  meta: {
    name: "repo status",
    description: "Print the status of a running server's sources",
    details: ["Shows which sources of a running server are up to date, stale or not available, and their problems."],
    examples: [["ratchet repo status", "all sources of the server"]],
  },
  args: OPTIONS,
  async run({ args, data }) {
    const { values } = await data.config();
    return withServer(args.server, values, async (client) => {
      print(await client.call("GET", "/api/v1/registry/sources"), args.json);
      return EXIT.done;
    });
  },
});

/** `ratchet repo refresh`. */
export const REPO_REFRESH = defineCommand({
  meta: {
    name: "repo refresh",
    description: "Make a running server refresh its sources now",
    details: [
      "Exits when the refresh is complete. If a source can't be reached, the server continues to use its last verified copy, " +
        "and the exit code is 6.",
    ],
    examples: [["ratchet repo refresh shared", "after a push to the repository"]],
  },
  args: {
    name: { type: "positional", description: "Name of one source. Default: all.", required: false },
    ...OPTIONS,
  },
  async run({ args, data }) {
    const { name } = args;
    const { values } = await data.config();
    return withServer(args.server, values, async (client) => {
      const which = name === undefined ? "" : `/${encodeURIComponent(name)}`;
      const sources = print(await client.call("POST", `/api/v1/registry/sources${which}/refresh`), args.json);
      return sources.some(({ error }) => typeof error === "string") ? EXIT.environment : EXIT.done;
    });
  },
});

/** @returns the sources */
function print(page: JsonObject, json: boolean): JsonObject[] {
  const sources = Array.isArray(page.items) ? page.items.filter((item) => isObject(item)) : [];
  if (json) {
    writeStdout(`${JSON.stringify({ sources })}\n`);
    return sources;
  }
  const paint = painter("stdout");
  const rows = sources.map((source) => {
    const { name, kind, state, tasks, versions, revision, loadedAt, uri } = source;
    const short = typeof revision === "string" ? revision.slice(0, 12) : "";
    return [name, kind, state, tasks, versions, short, loadedAt, uri].map((value) => String(value ?? ""));
  });
  writeStdout(table(["name", "kind", "state", "tasks", "versions", "revision", "loaded", "uri"], rows, paint));
  for (const { name, error, problems } of sources) {
    if (typeof error === "string") writeStdout(`${paint("yellow", printable(String(name)))}: ${printable(error)}\n`);
    for (const problem of Array.isArray(problems) ? problems.filter((item) => isObject(item)) : []) {
      const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(":");
      const severity = problem.severity === "warning" ? paint("yellow", "warning: ") : "";
      writeStdout(`  ${printable(place)}: ${severity}${printable(String(problem.message))}\n`);
    }
  }
  return sources;
}
