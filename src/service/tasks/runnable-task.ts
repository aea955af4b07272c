import { checkInputDepth } from "../../checking/input-depth.ts";
import type { Violations } from "../../checking/value-checks.ts";
import { declaredSecrets } from "../../domain/declared-secrets.ts";
import { RatchetError } from "../../domain/errors.ts";
import type { JsonValue } from "../../domain/json.ts";
import { RawJson } from "../../domain/raw-json.ts";
import { readText, type ShareableText } from "../../domain/shared-text.ts";
import type { TaskDefinition } from "../../domain/task.ts";
import { inputRows } from "../../execution/durable/input-rows.ts";
import { inputToJson } from "../../execution/input-json.ts";
import { pointerText } from "../../lib/json-pointer.ts";
import { sentence } from "../../lib/sentence.ts";
import { checkInputSize, DEFAULT_MAX_INPUT_BYTES } from "../../queue/job-requests.ts";
import type { RestoredValues } from "../../secrets/masking/restored-values.ts";
import { createSecretMasker } from "../../secrets/masking/secret-masker.ts";
import { createSecretSearch } from "../../secrets/masking/secret-search.ts";
import { hasStandIn, protectInput } from "../../secrets/masking/stored-input.ts";
import { protectionOf, type Vault } from "../../secrets/vault.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { findTask, type TaskReference } from "./find-task.ts";

/** A task that may run, with the definition for checks of inputs; undefined if the server does not check them. */
export interface RunnableTask {
  task: TaskRecord;
  definition: TaskDefinition | undefined;
  /** The task declares secrets. */
  needsSecrets: boolean;
  /** The task says how its jobs are retried. */
  hasRetryPolicy: boolean;
  /** The task takes a stream of rows as its input. */
  takesStream: boolean;
}

/** Dependencies of the checks of a request. */
export type RequestChecks = Pick<
  ServiceDependencies,
  "registry" | "validateInputs" | "checks" | "maxInputBytes" | "vault" | "traces"
> & {
  store: Pick<ServiceDependencies["store"], "tasks" | "jobs">;
};

/** What {@link checkedInput} needs. */
export type InputChecks = Pick<RequestChecks, "checks" | "vault" | "maxInputBytes"> & {
  /** What was put back into the input from stored texts: it is protected again, and not shown, whatever the secrets are now. */
  restored?: RestoredValues;
};

/** Maximum number of violations in an error. */
const MAX_SHOWN = 20;

/**
 * Finds a task that may run.
 * @throws {RatchetError} TASK_NOT_FOUND, TASK_INVALID, TASK_UNREADABLE, ENVIRONMENT; CONFLICT if it is disabled
 */
export async function findRunnable(
  checks: RequestChecks,
  reference: TaskReference,
  version: string | null,
): Promise<RunnableTask> {
  const task = await findTask(checks.store.tasks, reference);
  if (!task.enabled) {
    throw new RatchetError("CONFLICT", `The task ${task.label} is disabled and takes no new jobs.`, {
      data: { taskId: task.id },
      remedy: `Enable it: PATCH /api/v1/tasks/${task.id} with {"enabled": true}.`,
    });
  }
  const opened = await checks.registry.open(task.uuid, version);
  if (version !== null) await checks.registry.keep(task.uuid, version);
  const needsSecrets = declaredSecrets(opened.task.metadata.permissions).length > 0;
  const hasRetryPolicy = opened.task.metadata.retry !== undefined;
  const takesStream = opened.task.metadata.stream === true;
  const definition = checks.validateInputs === false ? undefined : opened.task;
  return { task, definition, needsSecrets, hasRetryPolicy, takesStream };
}

/**
 * Checks an input against the schema of its task, and returns the JSON text to be stored: without the values of secrets,
 * which are put back when it runs.
 * @param input a value, or its JSON text as {@link RawJson}
 * @param pointer where the input is in the request
 * @throws {RatchetError} INVALID_INPUT with pointers into the request; INVALID_JSON if it is nested too deeply; INPUT_LIMIT; TASK_INVALID if the schema is not valid; ENVIRONMENT if
 *   the task declares secrets or gets one with its input, and the master key is wrong
 */
export async function checkedInput(
  { checks, vault, maxInputBytes = DEFAULT_MAX_INPUT_BYTES, restored }: InputChecks,
  { task, definition, needsSecrets }: RunnableTask,
  input: unknown,
  pointer: string,
): Promise<ShareableText> {
  const json = inputText(input, pointer);
  checkInputSize(json, maxInputBytes);
  if (hasStandIn(json)) throw standInGiven(pointer);
  const { violations, count } = definition === undefined ? NO_VIOLATIONS : await violationsOf(checks, definition, json);
  if (count === 0) {
    const stored = await storedInput(vault, json, restored);
    // The given text has none, so only one that was changed can have a stand-in.
    if (needsSecrets || (stored !== json && hasStandIn(stored))) await vault.known();
    return stored;
  }
  const known = await vault.latest();
  const masker = createSecretMasker(restored?.earlierThan(known?.values) ?? []);
  const shown = violations.slice(0, MAX_SHOWN).map((found) => ({
    ...found,
    pointer: masker.text(`${pointer}${found.pointer}`),
    message: masker.text(found.message),
  }));
  const [first = { pointer, message: "is not valid" }] = shown;
  const more = count > 1 ? ` (and ${count - 1} more)` : "";
  throw new RatchetError(
    "INVALID_INPUT",
    sentence(
      `The input does not match the schema of ${task.label}: ${pointerText(first.pointer)} ${first.message}${more}`,
    ),
    { data: { violations: shown, count }, remedy: "Correct the input at these places." },
  );
}

/** Of a task that takes a stream of rows, the schema is that of each of them. */
async function violationsOf(
  checks: InputChecks["checks"],
  definition: TaskDefinition,
  json: ShareableText,
): Promise<Violations> {
  const rows = inputRows(definition, json);
  if (rows === undefined) return checks.violations(definition, "input", json);
  const isList = readText(json).trimStart().startsWith("[");
  const all: Violations = { violations: [], count: 0 };
  for (const [index, row] of rows.entries()) {
    const { violations, count } = await checks.violations(definition, "input", row);
    const place = isList ? `/${index}` : "";
    const placed = violations.map((one) => ({ ...one, pointer: `${place}${one.pointer}` }));
    Object.assign(all, { violations: [...all.violations, ...placed].slice(0, MAX_SHOWN), count: all.count + count });
  }
  return all;
}

const NO_VIOLATIONS: Violations = { violations: [], count: 0 };

/**
 * Returns an input as it is stored: without the values of secrets. With a wrong master key, those that it could read last.
 * @param restored what was put back into it from stored texts
 */
export async function storedInput(
  vault: Pick<Vault, "latest" | "sealer">,
  json: ShareableText,
  restored?: RestoredValues,
): Promise<ShareableText> {
  const known = await vault.latest();
  const earlier = restored?.earlierThan(known?.values) ?? [];
  if (known === undefined && earlier.length === 0) return json;
  const sealer = known === undefined ? await vault.sealer() : known.sealer;
  const search = earlier.length === 0 ? known?.search : known?.searchWith(earlier);
  return protectInput(protectionOf({ search: search ?? createSecretSearch(earlier), sealer }), json);
}

function standInGiven(pointer: string): RatchetError {
  const message = "has what stands for a secret in stored inputs";
  return new RatchetError("INVALID_INPUT", `The input ${message}: it can't be sent.`, {
    data: { violations: [{ pointer, message }], count: 1 },
    remedy: "Send the value itself, or let the task declare the secret in permissions.secrets.",
  });
}

/** @throws {RatchetError} INVALID_JSON if it is nested too deeply; INVALID_INPUT for a number that is too large */
export function inputText(input: unknown, pointer: string): ShareableText {
  // A text was checked where it was cut out of its request, on another thread.
  if (input instanceof RawJson) return input.text;
  const json = inputToJson(input as JsonValue, pointer);
  checkInputDepth(json, pointer);
  return json;
}

/** Returns an empty object for an omitted input: most tasks take an object, and those that need nothing accept it. */
export function givenInput(input: unknown): unknown {
  return input === undefined ? {} : input;
}
