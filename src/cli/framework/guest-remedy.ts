import type { GuestError } from "../../domain/guest-errors.ts";

/** The part of a refusal's message that says what to change. */
const REFUSAL = / was refused: .*?\. ((?:Add|Remove|If|Make|No rule) .*)$/s;

const NOT_PERMITTED = "The call was not permitted; `ratchet permissions show` says what a task may call, and why.";

const NOT_FOUND =
  "Called tasks are named by label or uuid, and found in the collection, in the folder around a single task, or among the tasks of the server.";

/** What to do about a call of fetch that failed, by `error.code`. */
const BY_CODE: Readonly<Record<string, string>> = {
  CONNECTION_REFUSED: "Check the address, and that its server runs and can be reached from this machine.",
  CONNECTION_RESET: "The server closed the connection; its own log may say why.",
  CONNECT_TIMEOUT: "Check that the host can be reached from this machine, or raise http.connect_timeout.",
  FIRST_BYTE_TIMEOUT: "Find out why the server responds so late, or raise http.first_byte_timeout.",
  TOTAL_TIMEOUT: "Find out why the server takes so long, or raise http.timeout or the call's own `timeout`.",
  BAD_RESPONSE: "Check the scheme and port: what responds there is not valid HTTP or TLS.",
  RESPONSE_TOO_LARGE: "Ask for less, or raise http.max_response_size or the call's own `maxResponseSize`.",
  CIRCUIT_OPEN: "Too many calls to this origin have failed. Find out why, and try again later.",
  RATE_LIMITED: "Call less often, or raise http.rate_limit.",
};

/** Returns what to do about an error that a task threw or did not catch. */
export function guestRemedy({ code, message }: Pick<GuestError, "code" | "message">): string | undefined {
  if (code === "PERMISSION_DENIED") return REFUSAL.exec(message)?.[1] ?? NOT_PERMITTED;
  if (code === "TASK_NOT_FOUND") return NOT_FOUND;
  if (code === "EXPRESSION_FAILED") return "Correct the expression there, or what it gets.";
  return code !== undefined && Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
}
