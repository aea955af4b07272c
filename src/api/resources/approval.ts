import type { JsonValue } from "../../domain/json.ts";
import type { Principal } from "../../domain/principal.ts";
import { timeText, timeTextOrNull } from "../../lib/time-text.ts";
import { DECISIONS, LONGEST_COMMENT, type ShownApproval } from "../../service/runs/approval-service.ts";
import { mayDecide } from "../../service/runs/may-decide.ts";
import { APPROVAL_STATUSES } from "../../store/contract/approvals.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import { FLAG, ID, TASK_OR_NULL, TEXT, TEXT_OR_NULL, TIME, TIME_OR_NULL } from "./parts.ts";
import { defineResource, type Typed, type View } from "./resource.ts";
import { taskName } from "./task-name.ts";

const WHO: Typed<readonly string[] | null> = {
  anyOf: [{ type: "array", items: { type: "string" } }, { type: "null" }],
};

/** A question of a run to people. */
export const APPROVAL = defineResource("A question of a run to people, and its answer.", {
  id: { ...ID, description: "Id of the approval." },
  status: {
    type: "string",
    enum: APPROVAL_STATUSES,
    description:
      "`pending` until somebody decides. `expired`: nobody did in time. `cancelled`: the run no longer wants an answer.",
  },
  title: { ...TEXT, description: "What is asked." },
  taskId: { ...ID, description: "Id of the task that asks." },
  task: { ...TASK_OR_NULL, description: "The task that asks; null once it is gone from the database." },
  jobId: { ...ID, description: "Id of the job that asks." },
  executionId: { ...ID, description: "Id of the execution that asks." },
  number: { ...ID, description: "Number of the operation in the journal of the execution." },
  who: { ...WHO, description: "Roles and names of users who may decide; null: everyone who may handle jobs." },
  mayDecide: { ...FLAG, description: "Whether the caller may decide." },
  schema: { description: "JSON Schema of the input that a decision takes; null if it takes any." },
  onTimeout: {
    type: "string",
    enum: ["reject", "approve", "fail"],
    description: "What happens if nobody decides in time.",
  },
  dueAt: { ...TIME_OR_NULL, description: "Until when somebody can decide; null: without limit." },
  createdAt: { ...TIME, description: "When the run asked." },
  decidedBy: { ...TEXT_OR_NULL, description: "Who has decided; null if nobody has." },
  decidedAt: { ...TIME_OR_NULL, description: "When it was decided; null if it was not." },
  comment: { ...TEXT_OR_NULL, description: "What the person who decided has said about it; null without a comment." },
});

/** A decision that is sent. */
export const DECISION = {
  type: "object",
  properties: {
    decision: { type: "string", enum: DECISIONS, description: "The decision." },
    input: { description: "What the form has, checked against the schema of the approval. Default: none." },
    comment: { type: "string", maxLength: LONGEST_COMMENT, description: "Why, for people." },
  },
  required: ["decision"],
  additionalProperties: false,
} as const;

/** An approval as REST shows it. @param caller who looks at it */
export function approvalView(
  approval: ShownApproval,
  task: TaskRecord | undefined,
  caller: Principal | undefined,
): View<typeof APPROVAL> {
  return {
    id: approval.id,
    status: approval.status,
    title: approval.title,
    taskId: approval.taskId,
    task: task === undefined ? null : taskName(task),
    jobId: approval.jobId,
    executionId: approval.executionId,
    number: approval.number,
    who: approval.who,
    mayDecide: callerMayDecide(approval, caller),
    schema: approval.schema,
    onTimeout: approval.onTimeout,
    dueAt: timeTextOrNull(approval.dueAt),
    createdAt: timeText(approval.createdAt),
    decidedBy: approval.decidedBy,
    decidedAt: timeTextOrNull(approval.decidedAt),
    comment: approval.comment,
  };
}

/** May the caller decide about it now? */
export function callerMayDecide({ status, who }: ShownApproval, caller: Principal | undefined): boolean {
  return status === "pending" && caller !== undefined && mayDecide(caller, who);
}

/** An approval for the examples of the OpenAPI document. */
export const APPROVAL_EXAMPLE: JsonValue = {
  id: 5,
  status: "pending",
  title: "Buy for 1200 EUR?",
  taskId: 1,
  task: { id: 1, uuid: "1d1f2c1e-5a53-4f0c-9d0b-3b7e5d3f6a10", label: "order" },
  jobId: 17,
  executionId: 23,
  number: 4,
  who: ["operator"],
  mayDecide: true,
  schema: { type: "object", properties: { note: { type: "string" } } },
  onTimeout: "reject",
  dueAt: "2026-11-25T08:00:00.000Z",
  createdAt: "2026-11-23T08:00:00.000Z",
  decidedBy: null,
  decidedAt: null,
  comment: null,
} satisfies JsonValue;
