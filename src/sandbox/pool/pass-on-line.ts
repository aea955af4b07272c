import type { SandboxRequest } from "../executor.ts";
import { creditFor, type FromWorker } from "./protocol.ts";
import type { WorkerLink } from "./worker-link.ts";

/**
 * Passes on a line of a console. The thread gets its credit back once the receiver is ready for more, and for a progress
 * report at once.
 */
export function passOnLine(
  message: Extract<FromWorker, { type: "log" | "progress" }>,
  request: Pick<SandboxRequest, "onLog" | "onLogPiece"> | undefined,
  link: WorkerLink,
): void {
  const size = creditFor(message.type === "log" ? message.entry.message : message.json);
  const pending = message.type === "log" && request !== undefined ? receive(request, message) : undefined;
  const give = () => link.post({ type: "credit", size });
  if (pending instanceof Promise) pending.then(give, give);
  else give();
}

function receive(
  { onLog, onLogPiece }: Pick<SandboxRequest, "onLog" | "onLogPiece">,
  { entry, separator }: Extract<FromWorker, { type: "log" }>,
): unknown {
  if (separator === undefined || onLogPiece === undefined) return onLog?.(entry);
  return onLogPiece(entry, separator);
}
