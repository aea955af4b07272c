import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { isObject } from "../../lib/is-object.ts";
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from "../../store/contract/page.ts";
import { CONFIG_OPTIONS, type Invocation } from "./command.ts";
import { writeStdout } from "./output.ts";
import { SERVER_OPTION, type ServerClient, withServer } from "./server-client.ts";

/** The options of commands that use a running server. */
export const SERVER_OPTIONS = {
  ...SERVER_OPTION,
  ...CONFIG_OPTIONS,
  json: { type: "boolean", description: "Print JSON." },
} as const;

/** The form of a name or id that becomes part of a path. */
export const REFERENCE_FORM = {
  type: "string",
  check: (text: string) => (text === "" ? "is empty" : undefined),
} as const;

/** The option for the task that a command creates jobs for. */
export const REQUIRED_TASK = {
  type: "string",
  valueHint: "TASK",
  required: true,
  form: REFERENCE_FORM,
  description: "The task to run, by label, uuid or id.",
} as const;

/** The option for the task whose items a command lists. */
export const TASK_FILTER = {
  type: "string",
  valueHint: "TASK",
  form: REFERENCE_FORM,
  description: "Of this task, by label, uuid or id.",
} as const;

/** The option for the length of a list. */
export const LIMIT_OPTION = {
  limit: {
    type: "string",
    form: { type: "integer", min: 1, max: 1_000_000 },
    valueHint: "N",
    description: `Maximum number of items. Default: ${DEFAULT_PAGE_SIZE}.`,
  },
} as const;

/** Connects to the server from the options or the configuration. @throws {RatchetError} from the server, or ENVIRONMENT */
export async function askServer<T>(
  { server }: { server: string | undefined },
  data: Invocation,
  work: (client: ServerClient) => Promise<T>,
): Promise<T> {
  const { values } = await data.config();
  return withServer(server, values, work);
}

/** Reads items from as many pages as needed. */
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

/** Returns query parameters, without undefined ones. An empty value is sent, so that the server rejects it. */
export function queryOf(query: Readonly<Record<string, string | number | boolean | undefined>>): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters;
}

/** Returns the items of one page. */
export function itemsOf(page: JsonObject): JsonObject[] {
  return Array.isArray(page.items) ? page.items.filter((item) => isObject(item)) : [];
}

/** Prints one JSON object per line. */
export function writeJsonLines(items: readonly JsonObject[]): void {
  writeStdout(items.map((item) => `${JSON.stringify(item)}\n`).join(""));
}

/** Returns the label of an item's task, or the task's id if the task is gone. */
export function taskLabel({ task, taskId }: JsonObject): JsonValue | undefined {
  return isObject(task) ? task.label : taskId;
}
