import { RatchetError } from "../../domain/errors.ts";
import type { JsonValue } from "../../domain/json.ts";
import { utf8Length } from "../../domain/shared-text.ts";
import type { TaskDefinition } from "../../domain/task.ts";
import { pointerText } from "../../lib/json-pointer.ts";
import { formatSize } from "../../lib/size.ts";

/** How many violations a message has. */
const MOST_SHOWN = 20;

/** Checks an item of a stream, given as JSON. @throws {RatchetError} OUTPUT_LIMIT, INVALID_OUTPUT */
export type ItemCheck = (json: string, item: number) => void;

/**
 * Returns the check of the items of a task's stream: the output schema and `limits.output` apply to each.
 * @throws {RatchetError} TASK_INVALID if the schema is not valid
 */
export async function itemCheck(task: TaskDefinition, outputBytes: number): Promise<ItemCheck> {
  const validate = await task.outputValidator();
  return (json, item) => {
    const bytes = utf8Length(json);
    if (bytes > outputBytes) {
      const message = `item ${item} of the stream has more than ${formatSize(outputBytes)}`;
      throw new RatchetError("OUTPUT_LIMIT", message, {
        data: { item, bytes, limit: outputBytes },
        remedy: "write smaller items, or raise limits.output in metadata.json",
      });
    }
    const violations = validate(JSON.parse(json) as JsonValue);
    if (violations.length === 0) return;
    const shown = violations.slice(0, MOST_SHOWN).map(({ pointer, message }) => ({ pointer, message }));
    const lines = shown.map(({ pointer, message }) => `${pointerText(pointer)} ${message}`);
    throw new RatchetError(
      "INVALID_OUTPUT",
      `item ${item} of the stream does not match output.schema.json: ${lines.join("; ")}`,
      {
        data: { item, violations: shown, count: violations.length },
        remedy: "Correct what the task writes, or the schema.",
      },
    );
  };
}
