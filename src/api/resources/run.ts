import { defined } from "../../lib/defined.ts";
import { timeText, timeTextOrNull } from "../../lib/time-text.ts";
import type { ShownOperation } from "../../service/runs/read-journal.ts";
import type { SignalOutcome } from "../../service/runs/send-signal.ts";
import type { Waiting } from "../../service/runs/waiting.ts";
import { MOST_WAITING } from "../../service/runs/waiting.ts";
import { OPERATION_KINDS, OPERATION_STATES } from "../../store/contract/runs.ts";
import { COUNT, COUNT_OR_NULL, FLAG, ID, ID_OR_NULL, TEXT, TEXT_OR_NULL, TIME, TIME_OR_NULL } from "./parts.ts";
import { defineNullable, definePartialResource, defineResource, type View } from "./resource.ts";

const KIND = { type: "string", enum: OPERATION_KINDS } as const;
const NAME = "The step, signal, event or task, the title of an approval, or the time at which a sleep ends.";
const LABEL = "Name of the step of a workflow file; null for other tasks.";
const DUE = "When it ends by the passing of time alone; null if never.";

/** Something that a run waits for. */
export const WAITING = defineResource("Something that a run waits for.", {
  kind: {
    type: "string",
    enum: [...OPERATION_KINDS, "items", "room"],
    description:
      "The method of the context that waits; `items` of the stream of another step, or `room` in the stream that other steps read.",
  },
  name: { ...TEXT, description: `${NAME} Of items, the step that writes them.` },
  label: { ...TEXT_OR_NULL, description: LABEL },
  dueAt: { ...TIME_OR_NULL, description: DUE },
  jobId: {
    ...ID_OR_NULL,
    description: "Id of the job that a call has started, or that writes items; null for everything else.",
  },
});

/** What a run waits for. */
export const WAITING_FOR = {
  type: "array",
  items: WAITING,
  description: `What the run waits for, in the order of the calls, at most ${MOST_WAITING}; empty if it does not wait.`,
} as const;

const OPERATION_ERROR = definePartialResource(
  "Why an operation failed.",
  {
    name: { ...TEXT, description: "Name of the error that the task got." },
    message: { ...TEXT, description: "Its message." },
    code: { ...TEXT, description: "Its code, if it has one." },
  },
  ["code"],
);

/** An operation of a run. */
export const OPERATION = defineResource("An operation of a run: one call of a durable method.", {
  number: { ...ID, description: "Number of the operation, from 1, in the order of the calls." },
  kind: { ...KIND, description: "The method of the context." },
  name: { ...TEXT, description: NAME },
  label: { ...TEXT_OR_NULL, description: LABEL },
  state: {
    type: "string",
    enum: OPERATION_STATES,
    description:
      "What became of it. `cancelled`: its run ended, was cancelled or went another way before it had a result.",
  },
  kept: { ...FLAG, description: "Whether the run from which this one was forked has done it." },
  attempts: { ...COUNT, description: "How often the function of a step has run." },
  order: { ...COUNT_OR_NULL, description: "Its place among the results of the run, from 1; null without a result." },
  dueAt: { ...TIME_OR_NULL, description: DUE },
  jobId: { ...ID_OR_NULL, description: "Id of the job that a call has started; null for everything else." },
  childrenLeft: { ...COUNT_OR_NULL, description: "Jobs of a map that have not ended; null for everything else." },
  undoes: { ...ID_OR_NULL, description: "Number of the operation that it compensates; null if it compensates none." },
  input: { description: "What a call, a map or an event was given; null for others, and if it is larger than 64 kB." },
  output: {
    description:
      "What it resolved to; null without a value, if it is larger than 64 kB, and for calls and maps: their jobs have it.",
  },
  error: { ...defineNullable(OPERATION_ERROR), description: "Why it failed; null if it did not fail." },
  createdAt: { ...TIME, description: "When the run asked for it." },
  settledAt: { ...TIME_OR_NULL, description: "When it got its result; null before." },
});

/** What became of a signal. */
export const SENT_SIGNAL = defineResource("What became of a signal.", {
  id: { ...ID, description: "Id of the signal." },
  status: {
    type: "string",
    enum: ["delivered", "kept"],
    description: "`delivered` to a wait that was open, or `kept` for a later one.",
  },
});

/** What a run waits for, as REST shows it. */
export function waitingView({ kind, name, label, dueAt, jobId }: Waiting): View<typeof WAITING> {
  return { kind, name, label, dueAt: timeTextOrNull(dueAt), jobId };
}

/** An operation as REST shows it. */
export function operationView(operation: ShownOperation): View<typeof OPERATION> {
  const { error } = operation;
  return {
    number: operation.number,
    kind: operation.kind,
    name: operation.name,
    label: operation.label,
    state: operation.state,
    kept: operation.isKept,
    attempts: operation.attempts,
    order: operation.order,
    dueAt: timeTextOrNull(operation.dueAt),
    jobId: operation.childJobId,
    childrenLeft: operation.childrenLeft,
    undoes: operation.undoes,
    input: operation.input,
    output: operation.output,
    error: error === null ? null : { name: error.name, message: error.message, ...defined({ code: error.code }) },
    createdAt: timeText(operation.createdAt),
    settledAt: timeTextOrNull(operation.settledAt),
  };
}

/** A signal as REST shows it. */
export function signalView({ id, status }: SignalOutcome): View<typeof SENT_SIGNAL> {
  return { id, status };
}

/** An operation for the examples of the OpenAPI document. */
export const OPERATION_EXAMPLE = {
  number: 3,
  kind: "wait",
  name: "payment-confirmed",
  label: null,
  state: "open",
  kept: false,
  attempts: 0,
  order: null,
  dueAt: "2026-11-26T08:00:00.000Z",
  jobId: null,
  childrenLeft: null,
  undoes: null,
  input: null,
  output: null,
  error: null,
  createdAt: "2026-11-23T08:00:00.000Z",
  settledAt: null,
} satisfies View<typeof OPERATION>;
