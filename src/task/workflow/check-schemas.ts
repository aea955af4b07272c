import type { JsonFinding } from "../json-file.ts";
import { makeValidator } from "../schema/make-validator.ts";
import type { Reading } from "./reading.ts";
import { plainValue } from "./templates.ts";
import type { YamlNode } from "./yaml-file.ts";

/** Checks the JSON Schemas of signals and approvals. */
export async function checkSchemas({ schemas, source }: Reading): Promise<void> {
  for (const { node, findings } of schemas) {
    const found: JsonFinding[] = [];
    await makeValidator(plainValue(node), found);
    for (const { severity, pointer, atName, message, remedy } of found) {
      const place = source.placeAt(offsetAt(node, pointer, atName === true));
      findings[severity](place, message, remedy);
    }
  }
}

/** Returns the offset of the value, or the name, at a JSON pointer, or of the innermost one around it that exists. */
function offsetAt(root: YamlNode, pointer: string, atName: boolean): number {
  let node = root;
  let name: number | undefined;
  for (const step of pointer.split("/").slice(1)) {
    const key = step.replaceAll("~1", "/").replaceAll("~0", "~");
    const entry = node.type === "map" ? node.entries.find((one) => one.name === key) : undefined;
    const next = node.type === "list" ? node.items[Number(key)] : entry?.value;
    if (next === undefined) return node.offset;
    name = entry?.offset;
    node = next;
  }
  return atName ? (name ?? node.offset) : node.offset;
}
