import { PAGE } from "../descriptions/server.ts";
import { described, list, ref, TEXT_OR_NULL, whole } from "../resources/parts.ts";
import { executionResources } from "./execution-resources.ts";
import { jobResources } from "./job-resources.ts";
import { scheduleResources } from "./schedule-resources.ts";
import { serverResources } from "./server-resources.ts";
import { taskResources } from "./task-resources.ts";

/** Names of pages and of what is on them. */
const PAGES = {
  TaskPage: "Task",
  VersionPage: "TaskVersion",
  JobPage: "Job",
  ExecutionPage: "Execution",
  LogPage: "LogLine",
  SchedulePage: "Schedule",
  NextFirings: "NextFiring",
  FiringPage: "Firing",
  SourcePage: "Source",
  WorkerPage: "Worker",
} as const;

/** JSON Schemas of the bodies of REST's responses, by name: components/schemas of the OpenAPI document. */
export function resourceSchemas(): Record<string, object> {
  const pages = Object.entries(PAGES).map(([name, item]) => [
    name,
    whole(described({ items: list(ref(item)), nextCursor: TEXT_OR_NULL }, PAGE), "A page of a list."),
  ]);
  return {
    ...taskResources(),
    ...jobResources(),
    ...executionResources(),
    ...scheduleResources(),
    ...serverResources(),
    ...Object.fromEntries(pages),
  };
}
