import type { JsonValue } from "../../../domain/json.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import { isObject } from "../../../lib/is-object.ts";
import { isClosed, type OptionSchema, propertiesOf, typesOf } from "./schema-lookup.ts";
import type { OptionsOwner } from "./task-options.ts";

/**
 * Reads the input schema of a task for its options. A schema that neither names nor forbids properties counts as absent.
 * @param command `run` and the path as it was written
 * @throws {RatchetError} TASK_INVALID when the schema is not JSON
 */
export async function optionsOwner(task: TaskDefinition, command: string): Promise<OptionsOwner> {
  const source = await task.schema("input");
  if (source === undefined) return { command, schema: undefined };
  const root = parsed(source.text);
  if (root === undefined) {
    // The validator reports what is wrong.
    await task.inputValidator();
    return { command, schema: undefined };
  }
  return { command, schema: isObject(root) ? restricting({ root, schema: root }) : undefined };
}

function parsed(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

function restricting(option: OptionSchema): OptionSchema | undefined {
  const types = typesOf(option);
  const isOpen = propertiesOf(option).size === 0 && (types.size === 0 || types.has("object")) && !isClosed(option);
  return isOpen ? undefined : option;
}
