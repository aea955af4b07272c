import { accessSync, constants } from "node:fs";
import { RatchetError } from "../../../domain/errors.ts";
import { systemErrorText } from "../../../lib/system-error.ts";

/** @throws {RatchetError} ENVIRONMENT when a file or folder can't be read and written */
export function checkAccess(path: string): void {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw new RatchetError("ENVIRONMENT", `${path} cannot be read and written: ${systemErrorText(error)}.`, {
      remedy: "Change its permissions, or choose another place.",
      cause: error,
    });
  }
}
