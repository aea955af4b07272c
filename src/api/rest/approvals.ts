import { defined } from "../../lib/defined.ts";
import type { ShownApproval } from "../../service/runs/approval-service.ts";
import type { Services } from "../../service/services.ts";
import { taskReference } from "../../service/tasks/find-task.ts";
import { APPROVAL_STATUSES } from "../../store/contract/approvals.ts";
import { approvalTarget } from "../http/audit-target.ts";
import { unauthenticated } from "../http/gate.ts";
import { json } from "../http/responses.ts";
import { type Call, defineRoute, type Route } from "../http/route.ts";
import { approvalView, DECISION } from "../resources/approval.ts";
import { LIST_PARAMETERS, pageOf } from "./list-query.ts";

const PARAMS = {
  type: "object",
  properties: { id: { type: "integer", minimum: 1, description: "Id of the approval." } },
  required: ["id"],
  additionalProperties: false,
} as const;

const LIST_APPROVALS = {
  method: "GET",
  path: "/api/v1/approvals",
  access: "read",
  id: "listApprovals",
  tag: "approvals",
  summary: "List approvals",
  description: "Returns the approvals that match all filters, newest first.",
  query: {
    type: "object",
    properties: {
      ...LIST_PARAMETERS,
      status: { type: "string", enum: APPROVAL_STATUSES, description: "Only approvals in this status." },
      task: { type: "string", description: "Only approvals of this task: its label, uuid or id." },
      executionId: { type: "integer", minimum: 1, description: "Only approvals of this execution." },
    },
    additionalProperties: false,
  },
  responses: { 200: { description: "A page of the list.", schema: "ApprovalPage" } },
  problems: [404],
} as const;

const GET_APPROVAL = {
  method: "GET",
  path: "/api/v1/approvals/:id",
  access: "read",
  id: "getApproval",
  tag: "approvals",
  summary: "Get an approval",
  description: "Returns the question with the schema of its form, and the answer once there is one.",
  params: PARAMS,
  responses: { 200: { description: "The approval.", schema: "Approval" } },
  problems: [404],
} as const;

const DECIDE_APPROVAL = {
  method: "POST",
  path: "/api/v1/approvals/:id",
  access: "decide",
  id: "decideApproval",
  tag: "approvals",
  summary: "Decide about an approval",
  description:
    "The run goes on with the decision. `who` of the approval says who may decide: 403 for everybody else. 409 once it is decided, or when the run no longer wants an answer. The audit log has both decisions, with the target `approvals/ID/approve` or `approvals/ID/reject`.",
  params: PARAMS,
  body: DECISION,
  bodyExample: { decision: "approve", input: { note: "within the budget" }, comment: "as agreed" },
  target: approvalTarget,
  responses: { 200: { description: "The approval, decided.", schema: "Approval" } },
  problems: [404, 409, 413, 422],
} as const;

/** Routes of approvals. */
export function approvalRoutes({ approvals, tasks }: Pick<Services, "approvals" | "tasks">): Route[] {
  const reply = async (approval: ShownApproval, { caller }: Pick<Call<unknown, unknown, unknown>, "caller">) =>
    json(approvalView(approval, await tasks.ofItem(approval), caller.principal));
  return [
    defineRoute({
      ...LIST_APPROVALS,
      async handle({ query: { limit, cursor, order, task, ...rest }, caller }) {
        const conditions = { ...rest, ...defined({ task: task === undefined ? undefined : taskReference(task) }) };
        const { items, nextCursor } = await approvals.list(conditions, pageOf({ limit, cursor, order }));
        const found = await tasks.ofItems(items);
        const views = items.map((one) => approvalView(one, found.get(one.taskId), caller.principal));
        return json({ items: views, nextCursor });
      },
    }),
    defineRoute({
      ...GET_APPROVAL,
      handle: async ({ params: { id }, ...call }) => reply(await approvals.get(id), call),
    }),
    defineRoute({
      ...DECIDE_APPROVAL,
      async handle({ params: { id }, body, ...call }) {
        const { principal } = call.caller;
        if (principal === undefined) throw unauthenticated();
        return reply(await approvals.decide(id, body, principal, ""), call);
      },
    }),
  ];
}
