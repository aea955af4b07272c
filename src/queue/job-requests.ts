import { RatchetError } from "../domain/errors.ts";
import { JOB_PRIORITIES, LONGEST_KEY, MAX_BATCH_SIZE, MAX_TAGS, type NewJob } from "../domain/job.ts";
import { HIGHEST_MAX_RETRIES } from "../domain/retry-policy.ts";
import { type ShareableText, utf8Length } from "../domain/shared-text.ts";
import { LATEST_TIME_MS } from "../lib/clock.ts";
import { defined } from "../lib/defined.ts";
import { formatSize } from "../lib/size.ts";

/** Default maximum size of a job's input, bytes. */
export const DEFAULT_MAX_INPUT_BYTES = 16 * 1024 * 1024;

/**
 * Checks jobs before any job of the batch is stored.
 * @throws {RatchetError} USAGE or INPUT_LIMIT; `data.index` is the position of the job in the batch
 */
export function checkNewJobs(jobs: readonly NewJob[], maxInputBytes: number): void {
  checkBatchSize(jobs.length);
  jobs.forEach((job, index) => {
    checkInputSize(job.inputJson, maxInputBytes, index);
    checkKeys(job, index);
    checkRunAt(job, index);
    checkJobMembers(job, index);
  });
}

/** @throws {RatchetError} USAGE if a batch is too large */
export function checkBatchSize(size: number): void {
  if (size <= MAX_BATCH_SIZE) return;
  throw new RatchetError("USAGE", `A batch of ${size} jobs is too large; the limit is ${MAX_BATCH_SIZE}.`, {
    data: { limit: MAX_BATCH_SIZE, value: size },
    remedy: "Send it in several batches.",
  });
}

/** The members that a schedule gives to its jobs; null if it has none. */
type JobMembers = { [K in "priority" | "concurrencyKey" | "maxRetries" | "tags"]?: NewJob[K] | null };

/**
 * Checks the members that jobs and schedules have in common.
 * @param index position of a job in its batch
 * @throws {RatchetError} USAGE; `data.field` is the name of the member
 */
export function checkJobMembers({ priority, concurrencyKey, maxRetries, tags }: JobMembers, index?: number): void {
  const wrong = (field: string, problem: string | undefined) => {
    if (problem !== undefined) throw new RatchetError("USAGE", problem, { data: defined({ index, field }) });
  };
  const wrongKey = concurrencyKey == null ? undefined : keyProblem(concurrencyKey);
  wrong("concurrencyKey", wrongKey && `concurrencyKey ${wrongKey}.`);
  const wrongTags = tags == null ? undefined : tagsProblem(tags);
  wrong("tags", wrongTags && `tags ${wrongTags}.`);
  if (maxRetries != null && !(Number.isInteger(maxRetries) && maxRetries >= 0 && maxRetries <= HIGHEST_MAX_RETRIES)) {
    wrong("maxRetries", `maxRetries is ${maxRetries}; it must be a whole number from 0 to ${HIGHEST_MAX_RETRIES}.`);
  }
  if (priority != null && !JOB_PRIORITIES.includes(priority)) {
    wrong("priority", `The priority is "${priority}"; it must be one of ${JOB_PRIORITIES.join(", ")}.`);
  }
}

/** Returns what is wrong with tags; undefined if they are valid. */
function tagsProblem(tags: readonly string[]): string | undefined {
  if (tags.length > MAX_TAGS) return `has ${tags.length} tags; it may have up to ${MAX_TAGS}`;
  return tags.map(keyProblem).find((problem) => problem !== undefined);
}

/**
 * Returns what is wrong with a key or tag; undefined if it is valid. The database replaces every half of a surrogate
 * pair with the same character, so two different keys would become equal.
 */
export function keyProblem(key: string): string | undefined {
  const characters = [...key].length;
  if (characters === 0 || characters > LONGEST_KEY) {
    return `has ${characters} characters; it must have 1 to ${LONGEST_KEY}`;
  }
  if (!key.isWellFormed()) return "has half of a surrogate pair";
  return /\p{Cc}/u.test(key) ? "has control characters" : undefined;
}

/**
 * Checks the size of the input of a job, a direct execution or a schedule.
 * @param index position of the job in a batch
 * @throws {RatchetError} INPUT_LIMIT
 */
export function checkInputSize(inputJson: ShareableText, maxInputBytes: number, index?: number): void {
  const bytes = utf8Length(inputJson);
  if (bytes <= maxInputBytes) return;
  throw new RatchetError("INPUT_LIMIT", `The input has ${bytes} bytes; the limit is ${formatSize(maxInputBytes)}.`, {
    data: { ...defined({ index }), limit: maxInputBytes, value: bytes },
    remedy: "Send a smaller input, such as a reference to the data, or raise queue.max_input_size.",
  });
}

function checkKeys(job: NewJob, index: number): void {
  for (const field of KEYS) {
    const problem = job[field] === undefined ? undefined : keyProblem(job[field]);
    if (problem !== undefined) throw new RatchetError("USAGE", `${field} ${problem}.`, { data: { index, field } });
  }
}

const KEYS = ["idempotencyKey", "uniqueKey", "correlationKey"] as const;

function checkRunAt({ runAt }: NewJob, index: number): void {
  if (runAt === undefined || (Number.isInteger(runAt) && runAt >= 0 && runAt <= LATEST_TIME_MS)) return;
  throw new RatchetError("USAGE", `runAt is ${runAt}; it must be a time in ms since 1970.`, {
    data: { index, field: "runAt" },
  });
}
