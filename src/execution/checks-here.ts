import type { ValueChecks } from "../checking/value-checks.ts";
import { RatchetError } from "../domain/errors.ts";
import type { JsonValue } from "../domain/json.ts";
import { readText } from "../domain/shared-text.ts";

/** Checks on the calling thread, however long it takes, for commands that have nothing else to do. */
export const CHECKS_HERE: Pick<ValueChecks, "violations"> = {
  async violations(task, side, text) {
    const json = readText(text);
    const value = side === "input" ? (JSON.parse(json) as JsonValue) : parseOutput(json);
    const validate = await (side === "input" ? task.inputValidator() : task.outputValidator());
    const violations = validate(value);
    return { violations, count: violations.length };
  },
};

/** Parses an output. It is JSON from the sandbox, but may be nested too deeply for the host's parser. */
function parseOutput(json: string): JsonValue {
  try {
    return JSON.parse(json) as JsonValue;
  } catch (error) {
    throw new RatchetError("INVALID_OUTPUT", "the output cannot be parsed as JSON", {
      remedy: "return a value that is nested less deeply",
      cause: error,
    });
  }
}
