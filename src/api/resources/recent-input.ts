import { timeText } from "../../lib/time-text.ts";
import type { RecentInput } from "../../service/tasks/recent-inputs.ts";
import { ID, TIME } from "./parts.ts";
import { defineResource, type View } from "./resource.ts";
import { storedValue } from "./stored-json.ts";

/** An input that a job of a task had. */
export const RECENT_INPUT = defineResource("An input that a job of the task had.", {
  input: { description: "The input." },
  jobId: { ...ID, description: "Id of the latest job with this input." },
  at: { ...TIME, description: "When that job was created." },
});

/** An input as REST shows it. */
export function recentInputView({ inputJson, jobId, at }: RecentInput): View<typeof RECENT_INPUT> {
  return { input: storedValue(inputJson), jobId, at: timeText(at) };
}
