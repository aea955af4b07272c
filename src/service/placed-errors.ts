import { RatchetError } from "../domain/errors.ts";
import { defined } from "../lib/defined.ts";

/**
 * Runs checks of a lower level, whose errors contain the name of a field, and adds the place in the request to them.
 * @param pointer where the fields are in the request
 * @throws what `work` throws; a {@link RatchetError} with a field gets a violation with its pointer
 */
export async function placingErrors<T>(pointer: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof RatchetError ? placed(error, pointer) : error;
  }
}

function placed(error: RatchetError, pointer: string): RatchetError {
  const { field, reason, violations } = error.data;
  if (typeof field !== "string" || violations !== undefined) return error;
  const message = typeof reason === "string" ? reason : error.message;
  return withViolations(error, [{ pointer: `${pointer}/${field}`, message }]);
}

/** Returns the same error with these places. */
export function withViolations(
  error: RatchetError,
  violations: readonly { pointer: string; message: string }[],
  message = error.message,
): RatchetError {
  const { code, cause, problems, remedy, guest, data } = error;
  return new RatchetError(code, message, {
    data: { ...data, violations: violations.map((violation) => ({ ...violation })) },
    problems,
    cause,
    ...defined({ remedy, guest }),
  });
}
