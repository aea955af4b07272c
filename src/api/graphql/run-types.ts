import type { ShownApproval } from "../../service/runs/approval-service.ts";
import type { ShownOperation } from "../../service/runs/read-journal.ts";
import type { SignalOutcome } from "../../service/runs/send-signal.ts";
import type { Waiting } from "../../service/runs/waiting.ts";
import type { ApprovalStatus } from "../../store/contract/approvals.ts";
import { APPROVAL, callerMayDecide } from "../resources/approval.ts";
import { OPERATION, SENT_SIGNAL, WAITING } from "../resources/run.ts";
import type { Builder, Enums, SchemaTypes } from "./builder.ts";
import { exposedFields } from "./exposed-fields.ts";
import type { addTaskType } from "./task-type.ts";

/** Adds the type of what runs wait for. */
export function addWaitingType(builder: Builder, enums: Enums) {
  return builder.objectRef<Waiting>("Waiting").implement({
    description: WAITING.description,
    fields: (t) => exposedFields(t, enums, WAITING, []),
  });
}

/** Adds the type of operations. */
export function addOperationType(builder: Builder, enums: Enums) {
  return builder.objectRef<ShownOperation>("RunOperation").implement({
    description: OPERATION.description,
    fields: (t) => ({
      ...exposedFields(t, enums, OPERATION, ["jobId", "kept"]),
      kept: t.exposeBoolean("isKept", { description: OPERATION.properties.kept.description }),
      jobId: t.exposeInt("childJobId", { nullable: true, description: OPERATION.properties.jobId.description }),
    }),
  });
}

/** Adds the type of sent signals. */
export function addSignalType(builder: Builder, enums: Enums) {
  return builder.objectRef<SignalOutcome>("SentSignal").implement({
    description: SENT_SIGNAL.description,
    fields: (t) => ({
      ...exposedFields(t, enums, SENT_SIGNAL, []),
      repeated: t.exposeBoolean("repeated", {
        description: "Whether it was sent before, with the same idempotency key.",
      }),
    }),
  });
}

/** Types that the type of approvals refers to. */
interface ApprovalParts {
  enums: Enums;
  task: ReturnType<typeof addTaskType>;
  status: PothosSchemaTypes.EnumRef<PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>, ApprovalStatus>;
}

/** Adds the type of approvals. */
export function addApprovalType(builder: Builder, { enums, task, status }: ApprovalParts) {
  return builder.objectRef<ShownApproval>("Approval").implement({
    description: APPROVAL.description,
    fields: (t) => ({
      ...exposedFields(t, enums, APPROVAL, ["status", "task", "who", "mayDecide"]),
      status: t.expose("status", { type: status, description: APPROVAL.properties.status.description }),
      task: t.field({
        type: task,
        nullable: true,
        description: APPROVAL.properties.task.description,
        resolve: ({ taskId }, _args, { loaders }) => loaders.task.load(taskId),
      }),
      who: t.stringList({
        nullable: true,
        description: APPROVAL.properties.who.description,
        resolve: ({ who }) => who,
      }),
      mayDecide: t.boolean({
        description: APPROVAL.properties.mayDecide.description,
        resolve: (approval, _args, { caller }) => callerMayDecide(approval, caller.principal),
      }),
    }),
  });
}
