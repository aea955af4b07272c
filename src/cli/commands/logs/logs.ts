import { RatchetError } from "../../../domain/errors.ts";
import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";
import { MAX_PAGE_SIZE } from "../../../store/contract/page.ts";
import type { Invocation } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { jsonLine, painter, printable, writeStdout } from "../../framework/output.ts";
import type { ServerClient } from "../../framework/server-client.ts";
import { askServer, itemsOf, queryOf, readItems } from "../../framework/server-command.ts";
import { readEvents } from "../events/event-stream.ts";
import { endOf } from "./end-of-subject.ts";

/** The options of `logs`. */
export interface LogsArgs {
  execution: string | undefined;
  follow: boolean;
  task: string | undefined;
  job: string | undefined;
  level: string | undefined;
  since: string | undefined;
  grep: string | undefined;
  limit: number | undefined;
  server: string | undefined;
  json: boolean;
}

/** Lines before the first new one, if nothing says which. */
const USUAL_BEFORE = 100;

/** Prints lines, and then follows new ones if that is asked for. @throws {RatchetError} of the server, USAGE or ENVIRONMENT */
export async function printLogs(args: LogsArgs, data: Invocation): Promise<number> {
  const { execution, job, task, level, since, grep } = args;
  if (execution !== undefined && job !== undefined) {
    throw new RatchetError("USAGE", "logs: name either an execution or a job.", {
      remedy: "Write ratchet logs 31, or ratchet logs --job 12.",
    });
  }
  return askServer(args, data, async (client) => {
    const printing: Printing = { client, args, filter: { execution, job, task, level, since, grep }, lastId: 0 };
    if (!args.follow) {
      await printStored(printing);
      return EXIT.done;
    }
    const abort = new AbortController();
    try {
      // First, so that no line falls between what is stored and what follows.
      const stream = await client.listen(`/api/v1/logs/stream?${queryOf(printing.filter)}`, abort.signal);
      const end = await endOf(client, { execution, job }, abort.signal);
      await printStored(printing);
      const following = follow(printing, stream);
      if (end === undefined) {
        await following;
      } else {
        await Promise.race([following, end()]);
        following.catch(() => undefined);
        // Those that the stream has not brought yet.
        await printStored(printing, printing.lastId);
      }
    } catch (cause) {
      throw lostConnection(cause) ?? cause;
    } finally {
      abort.abort();
    }
    return EXIT.done;
  });
}

interface Printing {
  readonly client: ServerClient;
  readonly args: LogsArgs;
  readonly filter: Readonly<Record<string, string | undefined>>;
  /** Id of the latest line that was printed. */
  lastId: number;
}

/** Prints the lines that are stored, oldest first. @param after only lines with a higher id */
async function printStored(printing: Printing, after = 0): Promise<void> {
  const { client, args, filter } = printing;
  const isNew = ({ id }: JsonObject) => Number(id) > after;
  const isOpen = args.follow && args.since === undefined && args.execution === undefined && args.job === undefined;
  const limit = args.limit ?? (isOpen ? USUAL_BEFORE : undefined);
  if (limit !== undefined) {
    print(printing, (await readItems(client, "/api/v1/logs", filter, limit)).filter(isNew).reverse());
    return;
  }
  const parameters = queryOf({ ...filter, order: "asc", limit: MAX_PAGE_SIZE });
  for (let cursor: JsonValue | undefined = ""; typeof cursor === "string"; ) {
    if (cursor !== "") parameters.set("cursor", cursor);
    const page: JsonObject = await client.call("GET", `/api/v1/logs?${parameters}`);
    print(printing, itemsOf(page).filter(isNew));
    cursor = page.nextCursor;
  }
}

/** Prints new lines until the stream ends. */
async function follow(printing: Printing, stream: ReadableStream<Uint8Array>): Promise<void> {
  for await (const { event, data } of readEvents(stream)) {
    if (event !== "lines") continue;
    const batch: unknown = JSON.parse(data);
    if (!isObject(batch)) continue;
    const { lastId } = printing;
    print(
      printing,
      itemsOf(batch as JsonObject).filter(({ id }) => Number(id) > lastId),
    );
  }
}

function print(printing: Printing, items: readonly JsonObject[]): void {
  const { args } = printing;
  const ofOne = args.execution !== undefined || args.job !== undefined;
  let text = "";
  for (const item of items) {
    printing.lastId = Math.max(printing.lastId, Number(item.id));
    // Of an execution or a job it prints what its task wrote.
    if (ofOne && item.seq === null) continue;
    text += args.json ? jsonLine(item) : lineText(item, !ofOne);
  }
  if (text !== "") writeStdout(text);
}

/** @param withPlace name the task and the execution */
function lineText({ time, level, message, task, executionId, jobId }: JsonObject, withPlace: boolean): string {
  const paint = painter("stdout");
  const shown = paint(level === "error" ? "red" : level === "warn" ? "yellow" : "dim", `[${level}]`);
  const parts = [
    typeof task === "string" ? task : undefined,
    typeof jobId === "number" ? `job ${jobId}` : undefined,
    typeof executionId === "number" ? `execution ${executionId}` : undefined,
  ].filter((part) => part !== undefined);
  const place = !withPlace ? "" : `${paint("cyan", printable(parts.length === 0 ? "server" : parts.join(" ")))}: `;
  return `${paint("dim", String(time))} ${shown} ${place}${printable(String(message))}\n`;
}

/** Converts the end of a connection to its error; undefined for anything else. Such errors have a system error code. */
function lostConnection(cause: unknown): RatchetError | undefined {
  if (cause instanceof RatchetError || !(cause instanceof Error)) return undefined;
  if (typeof (cause as { code?: unknown }).code !== "string") return undefined;
  return new RatchetError("ENVIRONMENT", `The connection to the server was lost: ${cause.message}`, {
    remedy: "Start it again, with --since and the time of the last line.",
    cause,
  });
}
