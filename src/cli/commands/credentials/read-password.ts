import { passwordProblem } from "../../../access/passwords.ts";
import { RatchetError } from "../../../domain/errors.ts";
import { canAsk, withHiddenPrompt } from "../../framework/hidden-prompt.ts";
import { readTextFile } from "../run-once/input.ts";

/** What says where a password comes from. */
export interface PasswordSource {
  /** The user. */
  name: string;
  "password-file": string | undefined;
  "password-stdin": boolean;
}

/**
 * Reads the password of a user from where the options say, or asks for it twice on a terminal without showing it.
 * @param command the command, for messages
 * @throws {RatchetError} USAGE if the password can't be used, or there is neither an option nor a terminal; INPUT_UNREADABLE;
 *   CANCELLED
 */
export async function readPassword(source: PasswordSource, command: string): Promise<string> {
  const path = source["password-file"];
  if (path !== undefined || source["password-stdin"]) {
    return checked(readTextFile(path ?? "-").replace(/\r?\n$/, ""), command);
  }
  if (canAsk()) return askTwice(source.name, command);
  throw new RatchetError("USAGE", `${command}: there is no password.`, {
    remedy: "Pass --password-file FILE, or --password-stdin and write the password to standard input.",
  });
}

function askTwice(name: string, command: string): Promise<string> {
  return withHiddenPrompt(cancelled, async ({ ask }) => {
    const password = checked(await ask(`Password of ${name} (not shown)`), command);
    if ((await ask("The same password again")) === password) return password;
    throw new RatchetError("USAGE", `${command}: the two passwords differ.`, { remedy: "Start again." });
  });
}

function checked(password: string, command: string): string {
  const problem = /[\r\n]/.test(password) ? "has several lines" : passwordProblem(password);
  if (problem === undefined) return password;
  throw new RatchetError("USAGE", `${command}: the password ${problem}.`, { remedy: "Choose another one." });
}

function cancelled(): RatchetError {
  return new RatchetError("CANCELLED", "No password was given; nothing was changed.", {
    remedy: "Start again, or pass --password-file FILE.",
  });
}
