import { readFileSync } from "node:fs";
import { passwordProblem } from "../../access/passwords.ts";
import { nameProblem } from "../../domain/credentials.ts";
import { RatchetError } from "../../domain/errors.ts";
import type { AuditStore } from "../../store/contract/audit.ts";
import type { UserService } from "./user-service.ts";

/** The admin that the configuration asks for. */
export interface ConfiguredAdmin {
  user: string | undefined;
  passwordFile: string | undefined;
}

/**
 * Returns the name and the password of the admin that the configuration asks for; undefined if it asks for none.
 * @throws {RatchetError} CONFIG_INVALID if only one of the two settings is there, or the file can't be read
 */
export function readConfiguredAdmin({
  user: name,
  passwordFile,
}: ConfiguredAdmin): { name: string; password: string } | undefined {
  if (name === undefined && passwordFile === undefined) return undefined;
  if (name === undefined || passwordFile === undefined) {
    const [given, missing] =
      name === undefined
        ? ["auth.admin.password_file", "auth.admin.user"]
        : ["auth.admin.user", "auth.admin.password_file"];
    throw new RatchetError("CONFIG_INVALID", `${given} is set, but ${missing} is not.`, {
      remedy: "Set RATCHET_ADMIN_USER and RATCHET_ADMIN_PASSWORD_FILE together.",
    });
  }
  return { name, password: readPassword(passwordFile) };
}

/**
 * Creates the admin that the configuration asks for, unless the user exists: a password that was changed since stays.
 * @throws {RatchetError} CONFIG_INVALID as {@link readConfiguredAdmin}, and for a name or password that can't be used
 */
export async function createConfiguredAdmin(
  { users, audit }: { users: UserService; audit: Pick<AuditStore, "during"> },
  configured: ConfiguredAdmin,
): Promise<void> {
  const admin = readConfiguredAdmin(configured);
  if (admin === undefined) return;
  const { name, password } = admin;
  if ((await users.list()).some((user) => user.name.toLowerCase() === name.toLowerCase())) return;
  checkAdmin(admin, configured);
  const entry = { actor: "configuration", action: "createUser", target: `users/${name}`, address: "" };
  await audit.during(entry, () => users.create({ name, password, role: "admin" }, ""));
}

/** Checks an admin who is to be created. @throws {RatchetError} CONFIG_INVALID */
export function checkAdmin(
  { name, password }: { name: string; password: string },
  { passwordFile }: Pick<ConfiguredAdmin, "passwordFile">,
): void {
  const [nameFault, passwordFault] = [nameProblem(name), passwordProblem(password)];
  if (nameFault !== undefined) throw unusable(`auth.admin.user ${nameFault}`, "Choose another name.");
  if (passwordFault !== undefined) {
    throw unusable(`The password in ${passwordFile} ${passwordFault}`, "Write another password to the file.");
  }
}

function unusable(what: string, remedy: string): RatchetError {
  return new RatchetError("CONFIG_INVALID", `${what}, so the admin of the configuration can't be created.`, { remedy });
}

/** The last line feed is not part of the password, as in a shell's $(cat FILE). @throws {RatchetError} CONFIG_INVALID */
function readPassword(path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch (cause) {
    throw new RatchetError("CONFIG_INVALID", `auth.admin.password_file ${path} can't be read.`, {
      remedy: "Check the path and the permissions of the file.",
      cause,
    });
  }
}
