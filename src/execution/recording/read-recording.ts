import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Static, TSchema } from "typebox";
import { RatchetError } from "../../domain/errors.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { Problem } from "../../domain/problem.ts";
import { messageOf } from "../../domain/unknown-error.ts";
import { defined } from "../../lib/defined.ts";
import { formatSize } from "../../lib/size.ts";
import { systemErrorCode } from "../../lib/system-error.ts";
import { fromHar } from "./har-exchanges.ts";
import {
  type Recording,
  type ReplayReference,
  SESSION_FILES,
  SESSION_FORMAT,
  SESSION_NAME,
  type SessionEnvironment,
  type SessionError,
} from "./recorded-session.ts";

/** Maximum size of a file of a recording, in bytes. The limits of an execution do not allow larger ones. */
const MAX_FILE_BYTES = 1024 * 1024 * 1024;
const AGAIN = "record the execution again, or restore the original folder";

/**
 * Reads and checks a recording.
 * @param path the session's folder, or a folder that contains exactly one
 * @throws {RatchetError} RECORDING_INVALID with file, pointer and remedy of every problem
 */
export async function readRecording(path: string): Promise<Recording> {
  const folder = await findSession(path);
  const { environmentSchema, errorSchema, harSchema, referenceSchema } = await import("./session-schemas.ts");
  const environment: SessionEnvironment = await readChecked(
    join(folder, SESSION_FILES.environment),
    environmentSchema(),
  );
  if (environment.format > SESSION_FORMAT) {
    throw invalid(join(folder, SESSION_FILES.environment), "/format", {
      message: `the recording has format ${environment.format}, this version reads up to ${SESSION_FORMAT}`,
      remedy: `replay it with ratchet ${environment.ratchet.version} or later`,
    });
  }
  const har = await readChecked(join(folder, SESSION_FILES.har), harSchema());
  const failed = await exists(join(folder, SESSION_FILES.error));
  if (failed && (await exists(join(folder, SESSION_FILES.output)))) {
    throw invalid(folder, undefined, { message: "the recording has both an output and an error", remedy: AGAIN });
  }
  const referenceFile = join(folder, SESSION_FILES.replay);
  const reference = (await exists(referenceFile))
    ? ((await readChecked(referenceFile, referenceSchema())) as ReplayReference)
    : undefined;
  return {
    folder,
    environment,
    ...defined({ reference }),
    input: await readJson(join(folder, SESSION_FILES.input)),
    outcome: failed
      ? {
          status: "failed",
          error: (await readChecked(join(folder, SESSION_FILES.error), errorSchema())) as SessionError,
        }
      : { status: "completed", output: await readJson(join(folder, SESSION_FILES.output)) },
    exchanges: fromHar(har.log.entries),
  };
}

async function findSession(path: string): Promise<string> {
  const remedy = "pass the folder that --record wrote (ratchet_session_...), or the folder that contains it";
  if (await exists(join(path, SESSION_FILES.environment))) return path;
  const kind = await stat(path).catch(() => undefined);
  if (kind === undefined) throw invalid(path, undefined, { message: "there is no such folder", remedy });
  if (!kind.isDirectory()) throw invalid(path, undefined, { message: "this is not a folder", remedy });
  if (SESSION_NAME.test(basename(path))) {
    throw invalid(join(path, SESSION_FILES.environment), undefined, { message: "the file is missing", remedy: AGAIN });
  }
  const names = await readdir(path).catch(() => undefined);
  if (names === undefined) throw invalid(path, undefined, { message: "the folder can't be read", remedy });
  const sessions = names.filter((name) => SESSION_NAME.test(name)).sort();
  const [only] = sessions;
  if (only !== undefined && sessions.length === 1) return join(path, only);
  const message =
    sessions.length === 0 ? "there is no recording in it" : `there are ${sessions.length} recordings in it`;
  const newest = sessions.at(-1);
  throw invalid(path, undefined, {
    message,
    remedy: newest === undefined ? remedy : `pass one of them, such as the latest, ${join(path, newest)}`,
  });
}

async function readJson(file: string): Promise<JsonValue> {
  let text: string;
  try {
    const kind = await stat(file);
    // Reading a named pipe would block forever.
    if (!kind.isFile()) throw invalid(file, undefined, { message: "this is not a regular file", remedy: AGAIN });
    if (kind.size > MAX_FILE_BYTES) {
      const message = `the file has ${formatSize(kind.size)}; the limit is ${formatSize(MAX_FILE_BYTES)}`;
      throw invalid(file, undefined, { message, remedy: AGAIN });
    }
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof RatchetError) throw error;
    const missing = systemErrorCode(error) === "ENOENT";
    throw invalid(file, undefined, {
      message: missing ? "the file is missing" : "the file can't be read",
      remedy: AGAIN,
    });
  }
  try {
    return JSON.parse(text) as JsonValue;
  } catch (error) {
    const why = messageOf(error).replace(/^JSON Parse error: /, "");
    throw invalid(file, undefined, { message: `the file is not JSON: ${why}`, remedy: AGAIN });
  }
}

async function readChecked<T extends TSchema>(file: string, schema: T): Promise<Static<T>> {
  const { Value } = await import("typebox/value");
  const value = await readJson(file);
  if (Value.Check(schema, value)) return value;
  const problems: Problem[] = Value.Errors(schema, value).map(({ instancePath, message }) => ({
    severity: "error",
    file,
    pointer: instancePath,
    message,
    remedy: AGAIN,
  }));
  throw new RatchetError("RECORDING_INVALID", `${file} is not a valid file of a recording`, {
    problems,
    remedy: AGAIN,
  });
}

function invalid(file: string, pointer: string | undefined, what: { message: string; remedy: string }): RatchetError {
  const problem: Problem = defined({ severity: "error" as const, file, pointer, ...what });
  return new RatchetError("RECORDING_INVALID", `${file}: ${what.message}`, {
    problems: [problem],
    remedy: what.remedy,
  });
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
