import { RatchetError } from "../../../domain/errors.ts";
import type { JsonObject } from "../../../domain/json.ts";
import type { Invocation } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { jsonLine, type Paint, painter, printable, writeStdout } from "../../framework/output.ts";
import type { ServerClient } from "../../framework/server-client.ts";
import { askServer, queryOf } from "../../framework/server-command.ts";
import { findSchedule } from "../schedules/find-schedule.ts";
import { readEvents } from "./event-stream.ts";

/** The options of `events`. */
export interface EventsArgs {
  type: readonly string[];
  job: string | undefined;
  execution: string | undefined;
  task: string | undefined;
  schedule: string | undefined;
  after: number | undefined;
  count: number | undefined;
  server: string | undefined;
  json: boolean;
}

/** Prints events until the stream ends or there were enough. @throws {RatchetError} of the server, or ENVIRONMENT */
export async function printEvents(args: EventsArgs, data: Invocation): Promise<number> {
  return askServer(args, data, async (client) => {
    const path = `/api/v1/events?${queryOf(await filterOf(args, client))}`;
    const paint = painter("stdout");
    const abort = new AbortController();
    const stream = await client.listen(path, abort.signal);
    let printed = 0;
    try {
      for await (const event of readEvents(stream)) {
        writeStdout(args.json ? jsonLine(JSON.parse(event.data)) : eventLine(event.event, event.data, paint));
        printed += 1;
        if (printed === args.count) return EXIT.done;
      }
    } catch (cause) {
      if (cause instanceof RatchetError || abort.signal.aborted || !(cause instanceof Error)) throw cause;
      // The server or the network ended the stream.
      if (!isLost(cause)) throw cause;
      throw new RatchetError("ENVIRONMENT", `The connection to the server was lost: ${cause.message}`, {
        remedy: "Start it again with --after and the id of the last event.",
        cause,
      });
    } finally {
      abort.abort();
    }
    return EXIT.done;
  });
}

/** Errors of a broken connection have a system error code. */
function isLost(error: Error): boolean {
  return typeof (error as { code?: unknown }).code === "string";
}

async function filterOf(args: EventsArgs, client: ServerClient): Promise<Record<string, string | number | undefined>> {
  const { job, execution, task, schedule, after } = args;
  const found = task === undefined ? undefined : await client.call("GET", `/api/v1/tasks/${encodeURIComponent(task)}`);
  const planned = schedule === undefined ? undefined : await findSchedule(client, schedule);
  return {
    types: args.type.join(",") || undefined,
    jobId: job,
    executionId: execution,
    taskId: numberIn(found),
    scheduleId: numberIn(planned),
    lastEventId: after,
  };
}

function numberIn(found: JsonObject | undefined): number | undefined {
  return typeof found?.id === "number" ? found.id : undefined;
}

function eventLine(type: string, text: string, paint: Paint): string {
  const event = JSON.parse(text) as JsonObject;
  const places = (["job", "execution", "schedule", "task"] as const).flatMap((kind) => {
    const id = event[`${kind}Id`];
    return id === null || id === undefined ? [] : [`${kind} ${id}`];
  });
  const data = event.data === null || event.data === undefined ? "" : ` ${printable(JSON.stringify(event.data))}`;
  const id = paint("dim", String(event.id ?? ""));
  return `${id} ${paint("dim", String(event.time ?? ""))} ${paint("cyan", printable(type))} ${places.join(", ")}${data}\n`;
}
