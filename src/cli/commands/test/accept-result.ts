import { readFileSync, statSync } from "node:fs";
import type { JsonValue } from "../../../domain/json.ts";
import { readText } from "../../../domain/shared-text.ts";
import type { TaskTest } from "../../../domain/task.ts";
import type { ExecuteResult } from "../../../execution/execute.ts";
import { writeAll } from "../../framework/output.ts";
import { openOutputFile } from "../../framework/output-file.ts";
import { compareResult, errorFields, errorLine } from "./compare-result.ts";
import { type JsonEdit, jsonEdits } from "./json-edits.ts";

/** Maximum number of single edits; more differences than that replace the whole value. */
const MAX_EDITS = 200;

/**
 * Writes a new result into a test file, and leaves everything else in it as it is.
 * @returns why the result can't be accepted; undefined if it was
 */
export async function acceptResult(test: TaskTest, result: ExecuteResult): Promise<string | undefined> {
  const change = changeFor(test, result);
  if (typeof change === "string") return change;
  const changed: TaskTest = { ...test, expected: change.expected };
  if (compareResult(changed, result) !== undefined) return "--update changes no matchers";
  if (statSync(test.file, { throwIfNoEntry: false })?.isFile() !== true) return "--update can't change a .zip";
  const { editJsonText } = await import("./edit-json-text.ts");
  const bytes = readFileSync(test.file, "utf8");
  const text = change.edits.reduce(editJsonText, bytes.replace(/^\ufeff/, ""));
  const file = openOutputFile(test.file);
  try {
    writeAll(file.descriptor, bytes.startsWith("\ufeff") ? `\ufeff${text}` : text);
  } catch (error) {
    file.discard();
    throw error;
  }
  file.commit();
  return undefined;
}

interface Change {
  edits: JsonEdit[];
  expected: TaskTest["expected"];
}

/** Returns how the file and the expectation change, or why they can't. */
function changeFor({ expected }: TaskTest, result: ExecuteResult): Change | string {
  if (result.status === "failed") {
    if (expected !== undefined && !("error" in expected)) return "--update accepts no error in place of an output";
    const { error } = result;
    const old = expected?.error;
    const fields = errorFields(error);
    if (old === undefined || typeof old === "string") return changed("expected_error", old, errorLine(error), false);
    return changed("expected_error", old, fields, true);
  }
  if (expected !== undefined && "error" in expected) return "--update accepts no output in place of an error";
  const output = JSON.parse(readText(result.outputJson)) as JsonValue;
  if (expected !== undefined && "match" in expected) return changed("expected_match", expected.match, output, true);
  return changed("expected_output", expected?.output, output, false);
}

function changed(
  name: "expected_error" | "expected_match" | "expected_output",
  before: JsonValue | undefined,
  actual: JsonValue,
  isPartial: boolean,
): Change {
  const { edits, value } = jsonEdits(before, actual, { path: [name], isPartial });
  const key = name === "expected_error" ? "error" : name === "expected_match" ? "match" : "output";
  const expected = { [key]: value ?? null } as unknown as TaskTest["expected"];
  return { expected, edits: edits.length > MAX_EDITS ? [{ path: [name], value }] : edits };
}
