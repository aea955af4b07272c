import { RatchetError } from "../../../domain/errors.ts";
import { NO_USAGE } from "../../../domain/execution.ts";
import type { JsonValue } from "../../../domain/json.ts";
import type { DurableSession } from "../../../sandbox/executor.ts";
import type { ExecuteRequest, ExecuteResult } from "../../execute.ts";
import type { ApprovalBox } from "./approval-box.ts";
import { streamedRenewal, streamListeners } from "./child-streams.ts";
import type { Child, Children, ChildStreams } from "./children.ts";
import type { ItemSink } from "./item-sink.ts";
import { createRunSession, type RunSession } from "./run-session.ts";
import type { RunSurroundings } from "./run-surroundings.ts";
import type { SignalBox } from "./signal-box.ts";
import { executeWithSleeps } from "./sleeping-run.ts";
import { createSlots, type Slots } from "./slots.ts";
import { type HostedRun, type TaskChildrenOptions, taskChildren } from "./task-children.ts";

/** How durable runs are hosted in memory. */
export interface MemoryHostOptions
  extends Pick<TaskChildrenOptions, "findTask" | "childRequest" | "retry" | "clock">,
    Pick<RunSurroundings, "onEmit" | "warn" | "onLongWait"> {
  signals: SignalBox;
  approvals: ApprovalBox;
}

/** What the caller of a run wants to know of it. */
export interface RunListeners {
  /** Receives the items of its stream. @default they are dropped */
  onItem?: ItemSink;
  onCall?: RunSurroundings["onCall"];
  readRows?: RunSurroundings["readRows"];
  onCloseRows?: RunSurroundings["onCloseRows"];
}

/** Hosts durable runs for as long as the process lives: nothing outlives it. */
export interface MemoryHost {
  /** Opens the session of a run that the caller executes, and ends. */
  open(task: ExecuteRequest["task"], listeners?: RunListeners): RunSession;
  /** Cancels all children, detached ones too. */
  cancelAll(): void;
  /** Resolves when all children have ended, detached ones and those that are being cancelled too. */
  settled(): Promise<void>;
}

/** Children of one depth that are awake at a time. Each holds a machine; further ones wait. */
const CHILDREN_AT_A_TIME = 64;
/** A child whose wait is longer than this sleeps, ms. */
const SLEEP_AFTER_MS = 500;

/** Creates a host. */
export function createMemoryHost(options: MemoryHostOptions): MemoryHost {
  const { findTask, childRequest, retry, clock, signals, approvals, onEmit, warn, onLongWait } = options;
  const running = new Set<Child>();
  const levels = new Map<number, Children>();

  const onStart = (child: Child) => {
    running.add(child);
    void child.ended.then(() => running.delete(child));
  };

  function childrenAt(depth: number): Children {
    const known = levels.get(depth);
    if (known !== undefined) return known;
    const slots = createSlots(CHILDREN_AT_A_TIME);
    const run: TaskChildrenOptions["run"] = (request, streams) =>
      runToItsEnd(request, { slots, streams, open: (listeners) => openAt(request.task, listeners, depth) });
    const own = taskChildren({ findTask, childRequest, retry, clock, depth, onStart, run });
    levels.set(depth, own);
    return own;
  }

  function openAt({ metadata }: ExecuteRequest["task"], listeners: RunListeners, depth: number): RunSession {
    const { onItem = drop, ...others } = listeners;
    const around = {
      task: metadata,
      clock,
      children: childrenAt(depth + 1),
      signals,
      approvals,
      onEmit,
      warn,
      onLongWait,
    };
    return createRunSession({ ...around, ...others, onItem });
  }

  return {
    open: (task, listeners = {}) => openAt(task, listeners, 0),
    cancelAll() {
      for (const child of running) child.cancel();
    },
    async settled() {
      while (running.size > 0) await Promise.all([...running].map(({ ended }) => ended));
    },
  };
}

const drop: ItemSink = (_, item, received) => received(item + 1);

/** How a child is run. */
interface ChildRun {
  slots: Slots;
  streams: ChildStreams;
  open: (listeners: RunListeners) => RunSession;
}

/**
 * Executes a task, again and again if it asks for that with `continueAsNew`. It has a slot while it is awake. While it sleeps,
 * others run.
 */
function runToItsEnd(request: ExecuteRequest, { slots, streams, open }: ChildRun): HostedRun {
  const isStreamed = streams.written !== undefined || streams.rows !== undefined;
  let session: RunSession | undefined;
  let isCancelled = false;
  let hasBegun = false;
  const begin = async (): Promise<ExecuteResult> => {
    for (let next = request; ; ) {
      const own = open(streamListeners(streams, request.task));
      session = own;
      streams.written?.onUnread(own.unread);
      if (isCancelled) own.cancel();
      const result = await executeWithSleeps(next, own, {
        sleepAfterMs: SLEEP_AFTER_MS,
        rows: streams.rows !== undefined,
        awake: (execute) =>
          inSlot(slots, async () => {
            if (isCancelled && !hasBegun) return notBegun(request);
            hasBegun = true;
            return execute();
          }),
        news: () => own.news().then(() => true),
      });
      own.end();
      const again = renewed(request, own);
      if (again === undefined || isCancelled) return result;
      if (isStreamed) return { ...result, status: "failed", error: streamedRenewal() };
      next = again;
    }
  };
  return {
    result: begin(),
    cancel() {
      isCancelled = true;
      session?.cancel();
    },
  };
}

function notBegun({ task }: ExecuteRequest): ExecuteResult {
  const error = new RatchetError("CANCELLED", `the call of ${task.metadata.label} was cancelled before it began`);
  return { status: "failed", error, usage: NO_USAGE };
}

async function inSlot<T>(slots: Slots, work: () => Promise<T>): Promise<T> {
  const release = await slots.take();
  try {
    return await work();
  } finally {
    release();
  }
}

/** Returns the next execution of a run that has asked for `continueAsNew`. */
export function renewed<T extends ExecuteRequest>(request: T, session: RunSession): T | undefined {
  const input = session.renewal();
  if (input === undefined) return undefined;
  return { ...request, input: JSON.parse(input) as JsonValue, executionId: crypto.randomUUID() };
}

/** Returns a session as the executor takes it. */
export function durableSession(session: RunSession): DurableSession {
  return { start: { runKey: crypto.randomUUID() }, attach: session.attach, receive: session.receive };
}

/** A run that failed because nobody answers says what to do about it. */
export function withReason(result: ExecuteResult): ExecuteResult {
  if (result.status !== "failed" || result.error.guest?.code !== "NOBODY_TO_ANSWER") return result;
  const { message, guest, data } = result.error;
  const error = new RatchetError("NOBODY_TO_ANSWER", message, {
    guest,
    data,
    remedy: "Answer with --signal NAME=JSON or --approve TITLE=JSON, or give the wait a timeout.",
    cause: result.error,
  });
  return { ...result, error };
}
