import { RatchetError } from "../../domain/errors.ts";
import type { JsonValue } from "../../domain/json.ts";
import { withViolations } from "../../service/placed-errors.ts";

/** Former names of members by the names that the services use. */
export type FormerNames = Readonly<Record<string, string>>;

/** Members as they were sent. */
export interface Sent {
  /** An object with the names that were sent, or a list of such objects. */
  members: object;
  former: FormerNames;
  /** Where the members are in the request. @default "/input" */
  pointer?: string;
}

/**
 * Runs work on the members of a request. The pointers of its errors use the names that were sent.
 * @throws what `work` throws; a {@link RatchetError} with pointers into the request
 */
export async function pointingAtSent<T>(sent: Sent, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RatchetError) || !Array.isArray(error.data.violations)) throw error;
    throw renamed(error, error.data.violations, sent);
  }
}

function renamed(error: RatchetError, violations: JsonValue[], sent: Sent): RatchetError {
  let { message } = error;
  const places = violations.map((violation) => {
    const { pointer: known, message: what } = violation as { pointer: string; message: string };
    const pointer = pointerSent(known, sent);
    message = message.replace(`${known} `, () => `${pointer} `);
    return { pointer, message: what };
  });
  return withViolations(error, places, message);
}

function pointerSent(known: string, { members, former, pointer = "/input" }: Sent): string {
  if (!known.startsWith(`${pointer}/`)) return known;
  if (Array.isArray(members)) {
    const [, index = ""] = known.slice(pointer.length).split("/");
    const member: unknown = members[Number(index)];
    if (typeof member !== "object" || member === null) return known;
    return pointerSent(known, { members: member, former, pointer: `${pointer}/${index}` });
  }
  const [name = "", ...rest] = known.slice(pointer.length + 1).split("/");
  const old = Object.hasOwn(former, name) ? former[name] : undefined;
  const isOld = old !== undefined && Object.hasOwn(members, old) && !Object.hasOwn(members, name);
  return [pointer, isOld ? old : name, ...rest].join("/");
}
