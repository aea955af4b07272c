import type { QueryOf } from "../../api/client.ts";
import { defineOptions, queryFrom } from "../../api/list-query.ts";
import type { Filter } from "../../components/filter-bar.tsx";

/** The filters of the list of jobs, with the names of REST. */
export const JOB_FILTERS: readonly Filter[] = [
  {
    kind: "select",
    name: "status",
    label: "Status",
    options: defineOptions([
      "queued",
      "processing",
      "retrying",
      "sleeping",
      "paused",
      "needs_attention",
      "completed",
      "failed",
      "cancelled",
    ]),
  },
  { kind: "text", name: "task", label: "Task", placeholder: "label" },
  {
    kind: "select",
    name: "priority",
    label: "Priority",
    options: defineOptions(["low", "normal", "high", "critical"]),
  },
  { kind: "text", name: "tag", label: "Tag" },
  { kind: "text", name: "errorCode", label: "Error code", placeholder: "TASK_FAILED" },
];

/** The query parameters of the page that REST takes, also those without a field, such as `scheduleId`. */
export function jobQuery(query: URLSearchParams): QueryOf<"GET /api/v1/jobs"> {
  return queryFrom<"GET /api/v1/jobs">(query, [
    "status",
    "task",
    "priority",
    "tag",
    "errorCode",
    "scheduleId",
    "version",
    "idempotencyKey",
    "uniqueKey",
    "concurrencyKey",
    "createdFrom",
    "createdTo",
    "order",
  ]);
}
