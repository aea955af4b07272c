import { RatchetError } from "../domain/errors.ts";
import { systemErrorCode } from "../lib/system-error.ts";

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "this user is not allowed to use it",
  EADDRNOTAVAIL: "this machine does not have the address",
};

/** Creates the error for an address at which the server can't listen. */
export function listenFailure({ host, port }: { host: string; port: number }, cause: unknown): RatchetError {
  const code = systemErrorCode(cause) ?? "";
  const where = `${host}:${port}`;
  const data = { host, port, reason: code };
  if (code === "EADDRINUSE") {
    const remedy = "Stop the program that uses it, or choose another port with --port.";
    return new RatchetError("ENVIRONMENT", `The port ${where} is in use.`, { cause, data, remedy });
  }
  const why = REASONS[code] ?? (code || "the system does not allow it");
  const remedy = "Choose another address with --host and --port.";
  return new RatchetError("ENVIRONMENT", `The server can't listen at ${where}: ${why}.`, { cause, data, remedy });
}
