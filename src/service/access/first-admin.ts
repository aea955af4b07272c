import { readFileSync } from "node:fs";
import { RatchetError } from "../../domain/errors.ts";
import type { UserService } from "./user-service.ts";

/** The admin that the configuration asks for. */
export interface ConfiguredAdmin {
  user: string | undefined;
  passwordFile: string | undefined;
}

/**
 * Creates the admin that the configuration asks for, unless the user exists: a password that was changed since stays.
 * @throws {RatchetError} CONFIG_INVALID if only one of the two settings is there, or the file can't be read
 */
export async function createConfiguredAdmin(
  users: UserService,
  { user: name, passwordFile }: ConfiguredAdmin,
): Promise<void> {
  if (name === undefined && passwordFile === undefined) return;
  if (name === undefined || passwordFile === undefined) {
    const [given, missing] =
      name === undefined
        ? ["auth.admin.password_file", "auth.admin.user"]
        : ["auth.admin.user", "auth.admin.password_file"];
    throw new RatchetError("CONFIG_INVALID", `${given} is set, but ${missing} is not.`, {
      remedy: "Set RATCHET_ADMIN_USER and RATCHET_ADMIN_PASSWORD_FILE together.",
    });
  }
  const password = readPassword(passwordFile);
  if ((await users.list()).some((user) => user.name.toLowerCase() === name.toLowerCase())) return;
  try {
    await users.create({ name, password, role: "admin" }, "");
  } catch (error) {
    if (!(error instanceof RatchetError) || error.code !== "USAGE") throw error;
    throw new RatchetError("CONFIG_INVALID", `The admin of the configuration can't be created: ${error.message}`, {
      remedy: `Correct auth.admin.user, or the password in ${passwordFile}.`,
    });
  }
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
