import { RatchetError } from "../../domain/errors.ts";
import { type ChainCondition, MAX_AFTER, type NewChain } from "../../domain/job.ts";
import { noJob } from "../../domain/not-found.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { wrongMember } from "../request-checks.ts";

/** After which jobs a requested one starts. */
export interface ChainRequest {
  /** Ids of jobs. @default it does not wait for others */
  after?: readonly number[];
  /** What has to have become of them. @default "completed" */
  when?: ChainCondition;
  /** Without one, the input is made of what has become of them. */
  input?: unknown;
}

/**
 * Reads after which jobs a requested one starts.
 * @param pointer where the job is in the request
 * @throws {RatchetError} JOB_NOT_FOUND, USAGE
 */
export async function readChain(
  { jobs }: Pick<ServiceDependencies["store"], "jobs">,
  { after, when, input }: ChainRequest,
  pointer: string,
): Promise<NewChain | undefined> {
  if (after === undefined) {
    if (when === undefined) return undefined;
    throw wrongMember(`${pointer}/when`, "has no meaning without after");
  }
  if (after.length === 0) throw wrongMember(`${pointer}/after`, "must have at least one job");
  if (after.length > MAX_AFTER) throw wrongMember(`${pointer}/after`, `may have up to ${MAX_AFTER} jobs`);
  const ids = [...new Set(after)];
  const known = new Set((await jobs.getMany(ids)).map(({ id }) => id));
  const missing = after.findIndex((id) => !known.has(id));
  if (missing !== -1) throw missingJob(after[missing] ?? 0, `${pointer}/after/${missing}`);
  return { jobs: ids, when: when ?? "completed", givesInput: input === undefined };
}

/** A job that starts after all others of its batch. @throws {RatchetError} USAGE if it names others */
export function lastChain({ after, when, input }: ChainRequest, pointer: string): NewChain {
  if (after !== undefined) throw wrongMember(`${pointer}/after`, "has no meaning here: it starts after the batch");
  return { jobs: "batch", when: when ?? "any", givesInput: input === undefined };
}

function missingJob(id: number, pointer: string): RatchetError {
  const { code, message, remedy, data } = noJob(id);
  return new RatchetError(code, message, {
    remedy,
    data: { ...data, violations: [{ pointer, message: "does not exist" }] },
  });
}
