import type { DurableEvent, DurableMessage, DurableRequest, DurableResult } from "../../../src/domain/durable.ts";
import type { JsonValue } from "../../../src/domain/json.ts";
import type { TaskMetadata } from "../../../src/domain/task.ts";
import { createApprovalBox, type GivenApproval } from "../../../src/execution/durable/memory/approval-box.ts";
import type { Children } from "../../../src/execution/durable/memory/children.ts";
import type { ItemSink } from "../../../src/execution/durable/memory/item-sink.ts";
import { createRunSession, type RunSession } from "../../../src/execution/durable/memory/run-session.ts";
import { createSignalBox, type GivenSignal } from "../../../src/execution/durable/memory/signal-box.ts";
import { type VirtualClock, virtualClock } from "../../support/virtual-clock.ts";

export const METADATA: TaskMetadata = {
  uuid: "5c3e3f8e-6f0c-4c76-9a5e-0f0f5a2f8b01",
  version: "1.0.0",
  label: "caller",
  description: "Calls others",
};

/** A guest that a test plays: it opens operations and collects what the host tells it. */
export interface PlayedGuest {
  session: RunSession;
  clock: VirtualClock;
  events: DurableEvent[];
  notes: string[];
  send(message: DurableMessage): void;
  /** @returns the number of the operation */
  open(request: Exclude<DurableRequest, { kind: "step" }>): number;
  /** The result of an operation, if it has one. Values are parsed. */
  result(number: number): { value: JsonValue | undefined } | { error: string; code?: string } | undefined;
  /** The whole result. */
  raw(number: number): DurableResult | undefined;
  /** The numbers of settled operations, in the order in which they were. */
  settled(): number[];
}

export interface PlayOptions {
  task?: Partial<TaskMetadata>;
  children?: Children;
  signals?: GivenSignal[];
  approvals?: GivenApproval[];
  onItem?: ItemSink;
  clock?: VirtualClock;
  /** Notes waits that last. */
  mentionsWaits?: boolean;
}

/** Tasks that don't exist. */
const NO_TASKS: Children = {
  find: async (_, task) => ({ error: { name: "Error", code: "TASK_NOT_FOUND", message: `there is no task ${task}` } }),
};

/** Begins a run that the test plays. */
export function playGuest(options: PlayOptions = {}): PlayedGuest {
  const clock = options.clock ?? virtualClock();
  const events: DurableEvent[] = [];
  const notes: string[] = [];
  const session = createRunSession({
    task: { ...METADATA, ...options.task },
    clock,
    children: options.children ?? NO_TASKS,
    signals: createSignalBox(options.signals ?? [], clock, (name, reason) => notes.push(`passed ${name}: ${reason}`)),
    approvals: createApprovalBox(options.approvals ?? []),
    onItem: options.onItem ?? ((_, item, received) => received(item + 1)),
    onEmit: (name, json) => notes.push(`emitted ${name}: ${json}`),
    warn: (message) => notes.push(message),
    ...(options.mentionsWaits === true && {
      onLongWait: (what, until) => notes.push(`waits for ${what} until ${until}`),
    }),
  });
  session.attach((event) => events.push(event));
  let number = 0;
  const raw = (wanted: number) => events.find((event) => event.type === "settled" && event.number === wanted);
  return {
    session,
    clock,
    events,
    notes,
    send: session.receive,
    open(request) {
      number++;
      session.receive({ type: "open", number, request });
      return number;
    },
    raw(wanted) {
      const event = raw(wanted);
      return event?.type === "settled" ? event.result : undefined;
    },
    result(wanted) {
      const event = raw(wanted);
      if (event?.type !== "settled") return undefined;
      const { result } = event;
      if (result.ok) return { value: result.json === undefined ? undefined : JSON.parse(result.json) };
      const { name, message, code } = result.error;
      return { error: `${name}: ${message}`, ...(code === undefined ? {} : { code }) };
    },
    settled: () => events.flatMap((event) => (event.type === "settled" ? [event.number] : [])),
  };
}
