import { RatchetError } from "../../../domain/errors.ts";
import type { JsonObject } from "../../../domain/json.ts";
import { nearest } from "../../../lib/nearest.ts";
import type { ServerClient } from "../../framework/server-client.ts";
import { readItems } from "../../framework/server-command.ts";

/** The word that names a schedule. */
export const SCHEDULE = {
  schedule: { type: "positional", description: "Name or id of the schedule.", form: { type: "string" } },
} as const;

/**
 * Finds a schedule by its id or its name; a name that is a number is found when no schedule has that id.
 * @throws {RatchetError} SCHEDULE_NOT_FOUND
 */
export async function findSchedule(client: ServerClient, reference: string): Promise<JsonObject> {
  if (/^[1-9]\d{0,14}$/.test(reference)) {
    try {
      return await client.call("GET", `/api/v1/schedules/${reference}`);
    } catch (error) {
      if (!(error instanceof RatchetError) || error.code !== "SCHEDULE_NOT_FOUND") throw error;
    }
  }
  const schedules = await readItems(client, "/api/v1/schedules", {}, Number.MAX_SAFE_INTEGER);
  const found = schedules.find(({ name }) => name === reference);
  if (found !== undefined) return found;
  const near = nearest(
    reference,
    schedules.map(({ name }) => String(name)),
  );
  throw new RatchetError("SCHEDULE_NOT_FOUND", `There is no schedule ${JSON.stringify(reference)}.`, {
    remedy: near === undefined ? "`ratchet schedules list` lists the schedules." : `Did you mean ${near}?`,
  });
}

/** Path of a schedule's routes. */
export async function schedulePath(client: ServerClient, reference: string): Promise<string> {
  return `/api/v1/schedules/${(await findSchedule(client, reference)).id}`;
}
