import { accessSync, constants, mkdirSync } from "node:fs";
import { RatchetError } from "../../../domain/errors.ts";
import type { JsonValue } from "../../../domain/json.ts";
import type { SecretValues } from "../../../domain/secret.ts";
import { type ExecuteRequest, type ExecuteResult, execute } from "../../../execution/execute.ts";
import { createRecorder } from "../../../execution/recording/recorder.ts";
import { defined } from "../../../lib/defined.ts";
import { systemErrorText } from "../../../lib/system-error.ts";

/**
 * Creates the folder for recordings before the run, so that no run starts whose recording would be lost.
 * @throws {RatchetError} ENVIRONMENT
 */
export function prepareRecordingFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    accessSync(dir, constants.W_OK);
  } catch (error) {
    throw new RatchetError("ENVIRONMENT", `${dir} cannot hold a recording: ${systemErrorText(error)}.`, {
      remedy: "Name a folder that can be written to.",
      cause: error,
    });
  }
}

/**
 * Does what {@link recordExecution} does, and reports the folder, which has a new name for each run.
 * @throws {RatchetError} ENVIRONMENT when the recording cannot be written
 */
export async function executeRecorded(
  request: ExecuteRequest & { input: JsonValue },
  dir: string,
  known: SecretValues,
): Promise<ExecuteResult> {
  const { result, folder } = await recordExecution(request, dir, known);
  (await import("../../framework/people-log.ts")).createNotices().info(`Recorded in ${folder}.`);
  return result;
}

/**
 * Executes a task and writes a recording into a new folder in `dir`, even if the task fails.
 * @param known values of secrets, which are masked whether or not the task gets them itself
 * @throws {RatchetError} ENVIRONMENT when the recording cannot be written
 */
export async function recordExecution(
  request: ExecuteRequest & { input: JsonValue },
  dir: string,
  known: SecretValues,
): Promise<{ result: ExecuteResult; folder: string }> {
  const { task, input, executor, engine, limits = {}, secrets, attempt = 1 } = request;
  const recorder = createRecorder({
    dir,
    task,
    input,
    executor,
    ...defined({ engine }),
    limits,
    secrets: secrets ?? {},
    known,
    attempt,
  });
  const result = await execute({
    ...request,
    executionId: recorder.executionId,
    http: recorder.http(request.http),
    onJournal: recorder.onJournal,
    onLog: (entry) => {
      recorder.onLog(entry);
      request.onLog?.(entry);
    },
  });
  return { result, folder: await recorder.finish(await withoutCutSecrets(result, known)) };
}

/** The recorder masks secrets, but finds none of which only the beginning is left in an error. */
async function withoutCutSecrets(result: ExecuteResult, known: SecretValues): Promise<ExecuteResult> {
  if (result.status === "completed" || result.error.guest === undefined || known.size === 0) return result;
  const { createSecretMasker } = await import("../../../secrets/masking/secret-masker.ts");
  const { withEndedTexts } = await import("../../../execution/secrets/mask-error.ts");
  return { ...result, error: withEndedTexts(result.error, createSecretMasker(known)) };
}
