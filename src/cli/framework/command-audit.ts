import { userInfo } from "node:os";
import type { AuditDraft } from "../../domain/audit.ts";

/**
 * Returns the entry of the audit log for a command that changes the database itself.
 * @param action the command, such as `secrets set`
 */
export function commandDraft(action: string, target: string | null): AuditDraft {
  return { actor: `command-line:${userName()}`, action, target, address: "" };
}

/** Returns the name of the user of this machine who runs the command. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry, as in many containers.
    return String(process.getuid?.() ?? "unknown");
  }
}
