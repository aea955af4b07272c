import type { DurableError, DurableRequest, DurableResult } from "../../domain/durable.ts";
import type { JsonValue } from "../../domain/json.ts";
import { noExecution } from "../../domain/not-found.ts";
import { durableFailure } from "../../execution/durable/failures.ts";
import { guestNumber, KEPT_NUMBERS, type StoredOperation } from "../../store/contract/runs.ts";
import { readRequest } from "../../workflow/stored-request.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { listedItems } from "../request-checks.ts";
import { type TextMasker, textMasker } from "./text-masker.ts";

/** An operation of a run as it is shown: nothing of it is the value of a secret. */
export interface ShownOperation extends Omit<StoredOperation, "request" | "result"> {
  /** It was done by the run from which this one was forked. */
  isKept: boolean;
  /** What a call, a map or an event was given; null for others, and if it is larger than {@link LARGEST_VALUE}. */
  input: JsonValue;
  /** What it resolved to; null without a value, if it is larger, and for calls and maps: their jobs have it. */
  output: JsonValue;
  /** What it rejected with. */
  error: Pick<DurableError, "name" | "message" | "code"> | null;
}

/** A page of a journal. */
export interface JournalPage {
  items: ShownOperation[];
  /** Where the next page begins, as `after`; null if there are no more. */
  next: number | null;
}

/** Default number of operations on a page. */
export const USUAL_OPERATIONS = 100;

/** Larger values are not shown in the journal, characters of JSON. */
const LARGEST_VALUE = 64 * 1024;
/** A stored text that is longer has a larger value than that, whatever is escaped in it, so it is not parsed. */
const LARGEST_TEXT = 8 * LARGEST_VALUE;

/**
 * Returns the operations of a run, in the order of the calls. The journal of an execution that has asked for nothing durable is empty.
 * @param limit @default {@link USUAL_OPERATIONS}
 * @param after `next` of the page before
 * @throws {RatchetError} EXECUTION_NOT_FOUND, USAGE
 */
export async function readJournal(
  { store, vault }: Pick<ServiceDependencies, "store" | "vault">,
  executionId: number,
  requested?: number,
  after?: number,
): Promise<JournalPage> {
  const limit = listedItems(requested, USUAL_OPERATIONS, "/limit");
  const [execution] = await store.executions.getMany([executionId]);
  if (execution === undefined) throw noExecution(executionId);
  const found = await store.runs.operations(executionId, limit + 1, after);
  const page = found.slice(0, limit);
  const errors = await childErrors(store, executionId, page);
  const masker = await textMasker(vault);
  const items = page.map((operation) => shown(operation, errors.get(operation.number), masker));
  return { items, next: found.length > limit ? (page.at(-1)?.number ?? null) : null };
}

/** Returns why calls and maps have failed, which the store has with their jobs. */
async function childErrors(
  { runs }: ServiceDependencies["store"],
  executionId: number,
  operations: readonly StoredOperation[],
): Promise<Map<number, DurableError>> {
  const failed = operations.filter(({ state, result }) => state === "failed" && result === "");
  const found = new Map<number, DurableError>();
  if (failed.length === 0) return found;
  const numbers = failed.map(({ number }) => number);
  for (const { number, child, children } of await runs.settlements(executionId, numbers)) {
    const error = (child ?? children?.find(({ status }) => status === "failed"))?.error;
    if (error != null) found.set(number, durableFailure(error, undefined));
  }
  return found;
}

function shown(
  { request, result, ...operation }: StoredOperation,
  childError: DurableError | undefined,
  masker: TextMasker,
): ShownOperation {
  const isLarge = operation.state === "completed" && (result?.length ?? 0) > LARGEST_TEXT;
  const given = request.length > LARGEST_TEXT ? undefined : parsed(() => givenText(readRequest(request).request));
  const ended =
    result === null || result === "" || isLarge ? undefined : parsed(() => JSON.parse(result) as DurableResult);
  const error = given === DAMAGED || ended === DAMAGED ? UNREADABLE : ended === undefined ? childError : errorOf(ended);
  return {
    ...operation,
    number: guestNumber(operation.number),
    isKept: operation.number >= KEPT_NUMBERS,
    name: masker.text(operation.name),
    input: given === DAMAGED ? null : shownValue(given),
    output: ended !== DAMAGED && ended?.ok === true ? shownValue(ended.json) : null,
    error: error === undefined ? null : shownError(error, masker),
  };
}

/** In place of what can't be read. */
const DAMAGED = Symbol("damaged");

/** What an operation that can't be read has in place of its error. The others are shown: they help to mend it. */
const UNREADABLE: DurableError = {
  name: "Error",
  message: "What the journal has of this operation is damaged.",
  code: "JOURNAL_UNREADABLE",
};

function parsed<T>(read: () => T): T | typeof DAMAGED {
  try {
    return read();
  } catch {
    return DAMAGED;
  }
}

function errorOf(ended: DurableResult): DurableError | undefined {
  return ended.ok ? undefined : ended.error;
}

function shownError({ name, message, code }: DurableError, masker: TextMasker): NonNullable<ShownOperation["error"]> {
  return { name, message: masker.text(message), ...(code === undefined ? {} : { code }) };
}

function givenText(request: DurableRequest): string | undefined {
  switch (request.kind) {
    case "call":
      return request.input;
    case "map":
      return `[${request.inputs.join(",")}]`;
    case "emit":
      return request.value;
    default:
      return undefined;
  }
}

/** What stands for a secret in a text inside of another may not be JSON: then the text itself is shown. */
function shownValue(text: string | undefined): JsonValue {
  if (text === undefined || text.length > LARGEST_VALUE) return null;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
