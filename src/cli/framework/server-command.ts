import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { isObject } from "../../lib/is-object.ts";
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from "../../store/contract/page.ts";
import { CONFIG_OPTIONS, type Invocation } from "./command.ts";
import { writeStdout } from "./output.ts";
import { SERVER_OPTION, type ServerClient, withServer } from "./server-client.ts";

/** The options of a command that asks a running server. */
export const SERVER_OPTIONS = {
  ...SERVER_OPTION,
  ...CONFIG_OPTIONS,
  json: { type: "boolean", description: "Print JSON." },
} as const;

/** How many items a list has at most. */
export const LIMIT_OPTION = {
  limit: {
    type: "string",
    form: { type: "integer", min: 1, max: 1_000_000 },
    valueHint: "N",
    description: `Maximum number of items. Default: ${DEFAULT_PAGE_SIZE}.`,
  },
} as const;

/** Asks the server that the options or the configuration name. @throws {RatchetError} of the server, or ENVIRONMENT */
export async function askServer<T>(
  { server }: { server: string | undefined },
  data: Invocation,
  work: (client: ServerClient) => Promise<T>,
): Promise<T> {
  const { values } = await data.config();
  return withServer(server, values, work);
}

/** Items of as many pages as are needed. */
export async function readItems(
  client: ServerClient,
  path: string,
  query: Readonly<Record<string, string | number | boolean | undefined>>,
  count: number = DEFAULT_PAGE_SIZE,
): Promise<JsonObject[]> {
  const items: JsonObject[] = [];
  const parameters = queryOf(query);
  for (let cursor: JsonValue | undefined = ""; typeof cursor === "string" && items.length < count; ) {
    parameters.set("limit", String(Math.min(MAX_PAGE_SIZE, count - items.length)));
    if (cursor !== "") parameters.set("cursor", cursor);
    const page: JsonObject = await client.call("GET", `${path}?${parameters}`);
    items.push(...itemsOf(page));
    cursor = page.nextCursor;
  }
  return items;
}

/** Query parameters without those that are not given. */
export function queryOf(query: Readonly<Record<string, string | number | boolean | undefined>>): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") parameters.set(name, String(value));
  }
  return parameters;
}

/** The items of one page. */
export function itemsOf(page: JsonObject): JsonObject[] {
  return Array.isArray(page.items) ? page.items.filter((item) => isObject(item)) : [];
}

/** One JSON object a line, for lists. */
export function writeJsonLines(items: readonly JsonObject[]): void {
  writeStdout(items.map((item) => `${JSON.stringify(item)}\n`).join(""));
}

/** What a task is called: its label, or the number that something refers to it by. */
export function taskLabel({ task, taskId }: JsonObject): JsonValue | undefined {
  return isObject(task) ? task.label : taskId;
}
