import { toRatchetError } from "../../../domain/unknown-error.ts";

/** The result of one check. */
export interface Check {
  name: string;
  /** `note` says something that is neither good nor bad; `warning` is unsafe or will break, `failed` is so already. */
  state: "ok" | "note" | "warning" | "failed";
  text: string;
  /** What to do. Warnings and failures have it. */
  remedy?: string;
}

/** Makes a check of work that throws if something is wrong. */
export async function attempt(name: string, work: () => Promise<string> | string): Promise<Check> {
  try {
    return { name, state: "ok", text: await work() };
  } catch (error) {
    return failure(name, error);
  }
}

/** Makes a check of an error. */
export function failure(name: string, error: unknown, state: "warning" | "failed" = "failed"): Check {
  const { message, remedy } = toRatchetError(error);
  return { name, state, text: message, remedy: remedy ?? "`ratchet help exit-codes` explains errors." };
}
