import { RatchetError } from "../../../domain/errors.ts";
import type { JsonObject } from "../../../domain/json.ts";
import { noSchedule } from "../../../domain/not-found.ts";
import { nearest } from "../../../lib/nearest.ts";
import { MAX_PAGE_SIZE } from "../../../store/contract/page.ts";
import type { ServerClient } from "../../framework/server-client.ts";
import { REFERENCE_FORM, readItems } from "../../framework/server-command.ts";

/** The argument that identifies a schedule. */
export const SCHEDULE = {
  schedule: { type: "positional", description: "Name or id of the schedule.", form: REFERENCE_FORM },
} as const;

/**
 * Finds a schedule by its id or its name. A name that consists of digits is found if no schedule has that id.
 * @throws {RatchetError} SCHEDULE_NOT_FOUND
 */
export async function findSchedule(client: ServerClient, reference: string): Promise<JsonObject> {
  if (/^[1-9]\d{0,14}$/.test(reference)) {
    try {
      return await client.call("GET", `/api/v1/schedules/${reference}`);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  if (reference === "." || reference === "..") return findInList(client, reference);
  try {
    return await client.call("GET", `/api/v1/schedules/by-name/${encodeURIComponent(reference)}`);
  } catch (error) {
    throw isNotFound(error) ? await withSuggestion(client, reference, error) : error;
  }
}

/** Finds a schedule whose name no URL can have as a step of its path (URL standard, section 4.1). */
async function findInList(client: ServerClient, reference: string): Promise<JsonObject> {
  const schedules = await readItems(client, "/api/v1/schedules", {}, Number.MAX_SAFE_INTEGER);
  const found = schedules.find(({ name }) => name === reference);
  if (found === undefined) throw noSchedule(reference);
  return found;
}

function isNotFound(error: unknown): error is RatchetError {
  return error instanceof RatchetError && error.code === "SCHEDULE_NOT_FOUND";
}

/** The error with the most similar name among the newest schedules as its remedy. */
async function withSuggestion(client: ServerClient, reference: string, error: RatchetError): Promise<RatchetError> {
  const schedules = await readItems(client, "/api/v1/schedules", {}, MAX_PAGE_SIZE);
  const near = nearest(
    reference,
    schedules.map(({ name }) => String(name)),
  );
  const remedy = near === undefined ? "`ratchet schedules list` lists the schedules." : `Did you mean ${near}?`;
  return new RatchetError(error.code, error.message, { data: error.data, remedy });
}

/** Returns the path of a schedule's routes. */
export async function schedulePath(client: ServerClient, reference: string): Promise<string> {
  return `/api/v1/schedules/${(await findSchedule(client, reference)).id}`;
}
