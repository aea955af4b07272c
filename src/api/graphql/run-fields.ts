import { RatchetError } from "../../domain/errors.ts";
import { readText } from "../../domain/shared-text.ts";
import { defined, given } from "../../lib/defined.ts";
import { DECISIONS } from "../../service/runs/approval-service.ts";
import type { SignalTarget } from "../../service/runs/signal-target.ts";
import { inputText } from "../../service/tasks/runnable-task.ts";
import { APPROVAL_STATUSES, type ApprovalStatus } from "../../store/contract/approvals.ts";
import { MAX_PAGE_SIZE } from "../../store/contract/page.ts";
import { unauthenticated } from "../http/gate.ts";
import type { Builder } from "./builder.ts";
import type { ObjectTypes } from "./object-types.ts";
import { type PaginationInput, pageRequest } from "./pagination.ts";
import { optionalTask } from "./references.ts";
import { addApprovalType, addOperationType, addSignalType } from "./run-types.ts";

/** Adds the queries and mutations about runs: journals, signals and approvals. */
export function addRunFields(builder: Builder, types: ObjectTypes, pagination: PaginationInput): void {
  addJournal(builder, types);
  addSignals(builder, types);
  addApprovals(builder, types, pagination);
}

function addJournal(builder: Builder, { enums }: ObjectTypes): void {
  const operation = addOperationType(builder, enums);
  builder.queryFields((t) => ({
    executionOperations: t.field({
      type: [operation],
      description: "Operations of a run, in order: what it has called, awaited and recorded.",
      args: {
        executionId: t.arg.int(),
        limit: t.arg.int({ required: false, defaultValue: 100, description: `1 to ${MAX_PAGE_SIZE}.` }),
        after: t.arg.int({ required: false, description: "number of the last operation that you saw." }),
      },
      async resolve(_root, { executionId, limit, after }, { services, budget }) {
        const { items } = await services.runs.operations(executionId, limit ?? undefined, after ?? undefined);
        budget.spend(JSON.stringify(items).length);
        return items;
      },
    }),
  }));
}

function addSignals(builder: Builder, { enums }: ObjectTypes): void {
  const signal = addSignalType(builder, enums);
  builder.mutationFields((t) => ({
    sendSignal: t.field({
      type: signal,
      description: "Sends a signal to the run of an execution, of a job, or of the job with a correlation key.",
      args: {
        executionId: t.arg.int({ required: false }),
        jobId: t.arg.int({ required: false, description: "Id of the job, instead of an execution." }),
        correlationKey: t.arg.string({ required: false, description: "The key that the job was created with." }),
        name: t.arg.string({ description: "Name of the signal." }),
        value: t.arg({ type: "JSON", required: false, description: "The value. Default: null." }),
        idempotencyKey: t.arg.string({
          required: false,
          description: "A repeat with the same key is not delivered again.",
        }),
      },
      resolve: (_root, { name, value, idempotencyKey, ...target }, { services }) =>
        services.runs.signal({
          target: targetOf(given(target)),
          name,
          value: readText(inputText(value ?? null, "/value")),
          ...given({ idempotencyKey }),
        }),
    }),
  }));
}

/** @throws {RatchetError} USAGE unless exactly one is given */
function targetOf(target: { executionId?: number; jobId?: number; correlationKey?: string }): SignalTarget {
  const names = Object.keys(target);
  if (names.length === 1) return target as SignalTarget;
  const message = names.length === 0 ? "A signal needs a receiver" : `A signal has ${names.join(" and ")}`;
  throw new RatchetError("USAGE", `${message}: give one of executionId, jobId and correlationKey.`);
}

function addApprovals(builder: Builder, { enums, task }: ObjectTypes, pagination: PaginationInput): void {
  const status = builder.enumType("ApprovalStatus", {
    description: "What became of an approval.",
    values: enumValues(APPROVAL_STATUSES, STATUS_SENTENCES),
  });
  const approval = addApprovalType(builder, { enums, task, status });
  const decision = builder.enumType("Decision", {
    description: "A decision about an approval.",
    values: enumValues(DECISIONS, { approve: "It is approved.", reject: "It is rejected." }),
  });
  builder.queryFields((t) => ({
    approvals: t.field({
      type: [approval],
      description: "Approvals that match all filters, newest first.",
      args: {
        pagination: t.arg({ type: pagination, required: false }),
        status: t.arg({ type: status, required: false, description: "Only approvals in this status." }),
        task: t.arg.id({ required: false }),
        executionId: t.arg.int({ required: false, description: "Only approvals of this execution." }),
      },
      async resolve(_root, { pagination: page, task: reference, ...filter }, { services }) {
        const conditions = { ...given(filter), ...defined({ task: optionalTask({ task: reference }) }) };
        return (await services.approvals.list(conditions, pageRequest(page))).items;
      },
    }),
    approval: t.field({
      type: approval,
      nullable: true,
      description: "The approval with this id; null if no approval has it.",
      args: { id: t.arg.int({ description: "Id of the approval." }) },
      resolve: (_root, { id }, { services }) => services.approvals.find(id),
    }),
  }));
  builder.mutationFields((t) => ({
    decideApproval: t.field({
      type: approval,
      description: "Decides about an approval, and its run goes on.",
      args: {
        id: t.arg.int({ description: "Id of the approval." }),
        decision: t.arg({ type: decision, description: "The decision." }),
        input: t.arg({
          type: "JSON",
          required: false,
          description: "What the form has, checked against the schema of the approval. Default: none.",
        }),
        comment: t.arg.string({ required: false, description: "Why, for people." }),
      },
      resolve(_root, { id, decision: chosen, input, comment }, { services, caller }) {
        if (caller.principal === undefined) throw unauthenticated();
        const request = { decision: chosen, ...defined({ input }), ...given({ comment }) };
        return services.approvals.decide(id, request, caller.principal, "");
      },
    }),
  }));
}

const STATUS_SENTENCES: Readonly<Record<ApprovalStatus, string>> = {
  pending: "Nobody has decided yet.",
  approved: "It was approved.",
  rejected: "It was rejected.",
  expired: "Nobody has decided in time.",
  cancelled: "The run no longer wants an answer.",
};

/** GraphQL writes values in capitals; internally they are as everywhere else. */
function enumValues<const T extends string>(names: readonly T[], sentences: Readonly<Record<T, string>>) {
  return Object.fromEntries(
    names.map((name) => [name.toUpperCase(), { value: name, description: sentences[name] }]),
  ) as Record<Uppercase<T>, { value: T; description: string }>;
}
