import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { toRatchetError } from "../../../domain/unknown-error.ts";
import type { Invocation } from "../../framework/command.ts";
import { errorJson, reportError } from "../../framework/error-report.ts";
import { EXIT, exitCodeOf } from "../../framework/exit-codes.ts";
import { writeStdout } from "../../framework/output.ts";
import type { ServerClient } from "../../framework/server-client.ts";

/** A change of jobs or executions that are named by their ids. */
export interface NamedChange {
  kind: "jobs" | "executions";
  ids: readonly string[];
  /** Last part of the route. */
  action: string;
  body?: JsonValue;
  /** Describes the reply for people. */
  text: (id: string, reply: JsonObject) => string;
  json: boolean;
}

/** Changes one at a time, so that one that can't be changed does not prevent the others. @returns the exit code */
export async function changeNamed(
  client: ServerClient,
  { kind, ids, action, body, text, json }: NamedChange,
  errorFormat: Invocation["errorFormat"],
): Promise<number> {
  let code: number = EXIT.done;
  for (const id of ids) {
    try {
      const reply = await client.call("POST", `/api/v1/${kind}/${id}/${action}`, body);
      writeStdout(json ? `${JSON.stringify(reply)}\n` : `${text(id, reply)}\n`);
    } catch (error) {
      const known = toRatchetError(error);
      // The next request would not reach the server either.
      if (known.code === "ENVIRONMENT") throw known;
      if (json) writeStdout(`${JSON.stringify({ id: Number(id), error: errorJson(known) })}\n`);
      else reportError(known, errorFormat);
      code = exitCodeOf(known.code);
    }
  }
  return code;
}

/** Says what has become of something. A run that is at work is only asked, and gets there by itself. @param done the status that it will have */
export function progressText(what: string, done: string, { status }: JsonObject): string {
  return status === done ? `${what} is ${done}` : `${what} is being ${done}`;
}
