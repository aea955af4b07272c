import type { Static, TSchema } from "typebox";
import { RatchetError } from "../../domain/errors.ts";
import type { JsonValue } from "../../domain/json.ts";
import { DEFAULT_LIMITS } from "../../domain/limits.ts";
import type { Problem } from "../../domain/problem.ts";
import { messageOf } from "../../domain/unknown-error.ts";
import { defined } from "../../lib/defined.ts";
import { fromHar } from "./har-exchanges.ts";
import {
  type Recording,
  type ReplayReference,
  SESSION_FILES,
  SESSION_FORMAT,
  type SessionEnvironment,
  type SessionError,
} from "./recorded-session.ts";
import { findSession, invalidRecording, RECORD_AGAIN, type SessionSource } from "./session-source.ts";

/**
 * Reads and checks a recording.
 * @param path the session's folder, or a folder or a zip archive that contains exactly one
 * @throws {RatchetError} RECORDING_INVALID with file, pointer and remedy of every problem
 */
export async function readRecording(path: string): Promise<Recording> {
  const source = await findSession(path);
  const { environmentSchema, errorSchema, harSchema, referenceSchema } = await import("./session-schemas.ts");
  const read = await readChecked(source, SESSION_FILES.environment, environmentSchema());
  const environment: SessionEnvironment = { ...read, limits: { ...DEFAULT_LIMITS, ...read.limits } };
  if (environment.format > SESSION_FORMAT) {
    throw invalidRecording(source.nameOf(SESSION_FILES.environment), "/format", {
      message: `the recording has format ${environment.format}, this version reads up to ${SESSION_FORMAT}`,
      remedy: `replay it with ratchet ${environment.ratchet.version} or later`,
    });
  }
  const har = await readChecked(source, SESSION_FILES.har, harSchema());
  const failed = await source.has(SESSION_FILES.error);
  if (failed && (await source.has(SESSION_FILES.output))) {
    const message = "the recording has both an output and an error";
    throw invalidRecording(source.place, undefined, { message, remedy: RECORD_AGAIN });
  }
  const reference = (await source.has(SESSION_FILES.replay))
    ? ((await readChecked(source, SESSION_FILES.replay, referenceSchema())) as ReplayReference)
    : undefined;
  return {
    folder: source.place,
    environment,
    ...defined({ reference }),
    input: await readJson(source, SESSION_FILES.input),
    outcome: failed
      ? { status: "failed", error: (await readChecked(source, SESSION_FILES.error, errorSchema())) as SessionError }
      : { status: "completed", output: await readJson(source, SESSION_FILES.output) },
    exchanges: fromHar(har.log.entries),
  };
}

async function readJson(source: SessionSource, file: string): Promise<JsonValue> {
  const text = await source.text(file);
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    const why = messageOf(error).replace(/^JSON Parse error: /, "");
    const message = `the file is not JSON: ${why}`;
    throw invalidRecording(source.nameOf(file), undefined, { message, remedy: RECORD_AGAIN });
  }
}

async function readChecked<T extends TSchema>(source: SessionSource, file: string, schema: T): Promise<Static<T>> {
  const { Value } = await import("typebox/value");
  const value = await readJson(source, file);
  if (Value.Check(schema, value)) return value;
  const name = source.nameOf(file);
  const problems: Problem[] = Value.Errors(schema, value).map(({ instancePath, message }) => ({
    severity: "error",
    file: name,
    pointer: instancePath,
    message,
    remedy: RECORD_AGAIN,
  }));
  throw new RatchetError("RECORDING_INVALID", `${name} is not a valid file of a recording`, {
    problems,
    remedy: RECORD_AGAIN,
  });
}
