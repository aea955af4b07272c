import { RatchetError } from "../../../domain/errors.ts";
import { canAsk, withHiddenPrompt } from "../../framework/hidden-prompt.ts";
import { readTextFile } from "../run-once/input.ts";

/**
 * Reads a value from standard input, or asks for it on a terminal without showing it. In both cases its last line feed is
 * dropped.
 * @throws {RatchetError} CANCELLED, INPUT_UNREADABLE; USAGE if several lines arrive that the terminal does not mark as pasted
 */
export async function readSecretValue(name: string): Promise<string> {
  const value = canAsk() ? await askForValue(name) : readTextFile("-");
  return value.replace(/\n$/, "");
}

function askForValue(name: string): Promise<string> {
  return withHiddenPrompt(cancelled, async ({ ask, hasRest }) => {
    const value = await ask(`Value of ${name} (not shown)`);
    if (hasRest()) throw severalLines(name);
    return value;
  });
}

function cancelled(): RatchetError {
  return new RatchetError("CANCELLED", "No value was given; the secret was not changed.", {
    remedy: "Start again, or pass the value on standard input.",
  });
}

/** The value would end at the first line. */
function severalLines(name: string): RatchetError {
  return new RatchetError("USAGE", "secrets set: more than one line was typed or pasted; the secret was not changed.", {
    remedy: `Pass a value with several lines on standard input: ratchet secrets set ${name} < FILE.`,
  });
}
