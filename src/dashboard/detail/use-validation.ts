import { useEffect, useState } from "preact/hooks";
import type { TaskName } from "../../../dist/generated/api-types.ts";
import { problemOf, type Violation } from "../api/problem.ts";
import { useApp } from "../app-context.ts";

/** What is known of a text that is to be the input of a task. */
export type Validation =
  | { state: "not-json"; message: string }
  | { state: "checking"; value: unknown; violations: readonly Violation[] }
  | { state: "checked"; value: unknown; violations: readonly Violation[] };

/** How long after the last key the text is checked, in ms. */
const TYPING_MS = 250;

/** Checks a text against the input schema of a task while it is being typed. */
export function useValidation(task: TaskName, text: string): Validation {
  const { api } = useApp();
  const [checked, setChecked] = useState<{ text: string; violations: readonly Violation[] } | undefined>(undefined);
  const parsed = parse(text);
  useEffect(() => {
    if (parsed.message !== undefined) return;
    const controller = new AbortController();
    const timer = setTimeout(async () => {
      const violations = await check(controller.signal).catch((error: unknown) => [
        { pointer: "", message: problemOf(error).message },
      ]);
      if (!controller.signal.aborted) setChecked({ text, violations });
    }, TYPING_MS);
    const check = async (signal: AbortSignal) => {
      const options = { params: { task: task.uuid }, body: { input: parsed.value }, signal };
      return (await api.call("POST /api/v1/tasks/:task/validate", options)).violations;
    };
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [text, task.uuid]);
  if (parsed.message !== undefined) return { state: "not-json", message: parsed.message };
  const state = checked?.text === text ? "checked" : "checking";
  return { state, value: parsed.value, violations: checked?.violations ?? [] };
}

function parse(text: string): { value?: unknown; message?: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { message: `This is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}
