import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import type { AuditDraft } from "../../domain/audit.ts";

/**
 * Returns the entry of the audit log for a command that changes the database itself.
 * @param action id of the operation in the OpenAPI document that does the same, such as `putSecret`
 */
export function commandDraft(action: string, target: string | null): AuditDraft {
  return { actor: `command-line:${userName()}`, action, target, address: "" };
}

/**
 * Returns the name of the user of this machine who runs the command, or their number if it has no name. The kernel says
 * who that is: the variables USER and LOGNAME say what the user wants them to.
 */
function userName(): string {
  const uid = process.getuid?.();
  // Windows has no numbers, and asks the system for the name.
  return uid === undefined ? userInfo().username : (nameOf(uid) ?? String(uid));
}

/** Looks a user up (passwd(5)). Directory services have further users, who are known by their numbers. */
function nameOf(uid: number): string | undefined {
  try {
    for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
      const [name, , number] = line.split(":");
      if (number === String(uid) && name !== "") return name;
    }
  } catch {
    // A container without the file.
  }
  return undefined;
}
