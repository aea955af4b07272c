import type { ExecutionRecord } from "../../domain/execution-record.ts";
import { type Ledger, ledgerOf, type OriginUse } from "../../domain/ledger.ts";
import type { ReadTrace } from "../../service/executions/read-trace.ts";
import { mayWait } from "../../service/runs/waiting.ts";
import type { StoredLog } from "../../store/contract/executions.ts";
import { EXECUTION, LOG_LINE, USAGE } from "../resources/execution.ts";
import { LEDGER, ORIGIN_USE } from "../resources/ledger.ts";
import type { View } from "../resources/resource.ts";
import { storedValue, storedValueOrNull } from "../resources/stored-json.ts";
import { SPAN, spanView, TRACE } from "../resources/trace.ts";
import type { Builder, Enums } from "./builder.ts";
import type { addErrorType } from "./error-type.ts";
import { exposedFields } from "./exposed-fields.ts";
import { requestFields } from "./request-fields.ts";
import type { addWaitingType } from "./run-types.ts";
import type { addTaskType } from "./task-type.ts";

/** Types that the type of executions refers to. */
interface ExecutionParts {
  taskType: ReturnType<typeof addTaskType>;
  errorType: ReturnType<typeof addErrorType>;
  waiting: ReturnType<typeof addWaitingType>;
}

/** Adds the type of executions. */
export function addExecutionType(builder: Builder, enums: Enums, { taskType, errorType, waiting }: ExecutionParts) {
  const ledgerType = addLedgerType(builder, enums);
  const traceType = addTraceType(builder, enums);
  return builder.objectRef<ExecutionRecord>("Execution").implement({
    description: "One run of a task, for a job or directly.",
    fields: (t) => ({
      ...exposedFields(t, enums, EXECUTION, ["task", "usage", "cancelling", "pausing", "waitingFor", "error"]),
      ...exposedFields(t, enums, USAGE, []),
      task: t.field({
        type: taskType,
        nullable: true,
        resolve: ({ taskId }, _args, { loaders }) => loaders.task.load(taskId),
      }),
      input: t.field({
        type: "JSON",
        nullable: true,
        resolve: async ({ id }, _args, { loaders }) => {
          const detail = await loaders.execution.load(id);
          return detail === undefined ? null : storedValue(detail.inputJson);
        },
      }),
      output: t.field({
        type: "JSON",
        nullable: true,
        resolve: async ({ id }, _args, { loaders }) =>
          storedValueOrNull((await loaders.execution.load(id))?.outputJson ?? null),
      }),
      ...requestFields(t, EXECUTION.properties),
      waitingFor: t.field({
        type: [waiting],
        description: EXECUTION.properties.waitingFor.description,
        resolve: (execution, _args, { loaders }) => (mayWait(execution) ? loaders.waiting.load(execution.id) : []),
      }),
      error: t.expose("error", { type: errorType, nullable: true }),
      ledger: t.field({
        type: ledgerType,
        description: LEDGER.description,
        resolve: async (execution, _args, { loaders }) => ledgerOf(await loaders.touched.load(execution.id), execution),
      }),
      trace: t.field({
        type: traceType,
        description: TRACE.description,
        resolve: async ({ id }, _args, { services }) => services.executions.trace(id),
      }),
    }),
  });
}

function addLedgerType(builder: Builder, enums: Enums) {
  const origin = builder.objectRef<OriginUse>("OriginUse").implement({
    description: ORIGIN_USE.description,
    fields: (t) => exposedFields(t, enums, ORIGIN_USE, []),
  });
  return builder.objectRef<Ledger>("Ledger").implement({
    description: LEDGER.description,
    fields: (t) => ({
      ...exposedFields(t, enums, LEDGER, ["origins"]),
      origins: t.expose("origins", { type: [origin], description: LEDGER.properties.origins.description }),
    }),
  });
}

function addTraceType(builder: Builder, enums: Enums) {
  const span = builder.objectRef<View<typeof SPAN>>("Span").implement({
    description: SPAN.description,
    fields: (t) => exposedFields(t, enums, SPAN, []),
  });
  return builder.objectRef<ReadTrace>("Trace").implement({
    description: TRACE.description,
    fields: (t) => ({
      ...exposedFields(t, enums, TRACE, ["spans"]),
      spans: t.field({
        type: [span],
        description: TRACE.properties.spans.description,
        resolve: ({ spans }) => spans.map(spanView),
      }),
    }),
  });
}

/** Adds the type of console lines. */
export function addLogType(builder: Builder, enums: Enums) {
  return builder.objectRef<StoredLog>("LogLine").implement({
    description: "A line of a task's console.",
    fields: (t) => exposedFields(t, enums, LOG_LINE, []),
  });
}
