import { LOADING_FAILED, STILL_LOADING } from "../host-operations.ts";
import type { describeError } from "./errors.ts";
import { isObjectOrFunction } from "./webidl.ts";

type ErrorDescription = ReturnType<typeof describeError>;

/** A program that awaits something at its top level. Its bundle evaluates to `{ ratchet$loading }`: see src/task/program/guest/. */
interface ProgramLoading {
  /** Resolves to the task's function. */
  program: Promise<unknown>;
  /** Resolves to FILE:LINE:COLUMN of the top-level `await` that has failed with an error. */
  failedAt(error: unknown): Promise<string | undefined>;
  /** Returns FILE:LINE:COLUMN of a top-level `await` that still waits. */
  waitingAt(): string | undefined;
}

/** What a program that loads has come to. */
interface Following {
  loading: ProgramLoading | undefined;
  /** What {@link loadingState} returns once it has ended. */
  end: string | undefined;
}

const following: Following = { loading: undefined, end: undefined };

/**
 * Follows a program that awaits something at its top level.
 * @param completion of the program's script
 * @param bind binds the function that the program exports @returns an empty string, or what is wrong
 * @param describe describes an error as JSON, after `addPlace` was applied to the description
 * @returns false if the program has loaded already
 */
export function followLoading(
  completion: unknown,
  bind: (found: unknown) => string,
  describe: (error: unknown, addPlace: (described: ErrorDescription) => void) => string,
): boolean {
  if (!isObjectOrFunction(completion)) return false;
  const { ratchet$loading: loading } = completion as { ratchet$loading?: ProgramLoading };
  if (loading === undefined) return false;
  following.loading = loading;
  void follow(loading, bind, describe);
  return true;
}

/** Returns what {@link followLoading}'s program has come to: {@link STILL_LOADING}, {@link LOADING_FAILED}, or what `bind` returned. */
export function loadingState(): string {
  return following.end ?? `${STILL_LOADING}${following.loading?.waitingAt() ?? ""}`;
}

async function follow(
  { program, failedAt }: ProgramLoading,
  bind: (found: unknown) => string,
  describe: (error: unknown, addPlace: (described: ErrorDescription) => void) => string,
): Promise<void> {
  let found: unknown;
  try {
    found = await program;
  } catch (error) {
    const place = await failedAt(error);
    following.end = LOADING_FAILED + describe(error, (described) => addFrame(described, place));
    return;
  }
  following.end = bind(found);
}

/** Adds the place of an `await` to the stack of an error that does not mention its line: the engine does not keep those. */
function addFrame(described: ErrorDescription, place: string | undefined): void {
  if (place === undefined) return;
  const stack = described.stack ?? `${described.name}: ${described.message}`;
  const line = place.slice(0, place.lastIndexOf(":") + 1);
  if (!stack.includes(line)) described.stack = `${stack}\n    at ${place}`;
}
