import { RatchetError } from "../../../domain/errors.ts";
import { RawJson } from "../../../domain/raw-json.ts";
import type { DurableSession } from "../../../sandbox/executor.ts";
import { type ExecuteRequest, type ExecuteResult, execute } from "../../execute.ts";
import type { ApprovalBox } from "./approval-box.ts";
import type { Child, Children } from "./children.ts";
import { createRunSession, type RunSession } from "./run-session.ts";
import type { RunSurroundings } from "./run-surroundings.ts";
import type { SignalBox } from "./signal-box.ts";
import { createSlots, type Slots } from "./slots.ts";
import { type HostedRun, type TaskChildrenOptions, taskChildren } from "./task-children.ts";

/** How durable runs are hosted in memory. */
export interface MemoryHostOptions
  extends Pick<TaskChildrenOptions, "findTask" | "childRequest" | "retry" | "clock">,
    Pick<RunSurroundings, "onEmit" | "warn"> {
  signals: SignalBox;
  approvals: ApprovalBox;
  /** The tasks that may be called. @default those that `findTask` finds, run in this process */
  children?: Children | undefined;
}

/** Where the items of a stream go. */
export type ItemSink = RunSurroundings["onItem"];

/** Hosts durable runs for as long as the process lives: nothing outlives it. */
export interface MemoryHost {
  /**
   * Executes a task, again and again if it asks for that with `continueAsNew`.
   * @param onItem receives the items of its stream @default they are dropped
   */
  run(request: ExecuteRequest, onItem?: ItemSink): HostedRun;
  /** Opens the session of a run that is executed elsewhere. */
  open(request: Pick<ExecuteRequest, "task">, onItem?: ItemSink): RunSession;
  /** Cancels all children, detached ones too. */
  cancelAll(): void;
  /** Resolves when all children have ended, detached ones and those that are being cancelled too. */
  settled(): Promise<void>;
}

/** Children of one depth that run at a time. Each holds a machine; further ones wait. */
const CHILDREN_AT_A_TIME = 64;

/** Creates a host. */
export function createMemoryHost(options: MemoryHostOptions): MemoryHost {
  const running = new Set<Child>();
  const slots = new Map<number, Slots>();

  const onStart = (child: Child) => {
    running.add(child);
    void child.ended.then(() => running.delete(child));
  };

  function childrenAt(depth: number): Children {
    if (options.children !== undefined) return options.children;
    const own = slots.get(depth) ?? createSlots(CHILDREN_AT_A_TIME);
    slots.set(depth, own);
    const { findTask, childRequest, retry, clock } = options;
    const run = (request: ExecuteRequest) => runAt(request, dropped, depth);
    return taskChildren({ findTask, childRequest, retry, clock, slots: own, depth, onStart, run });
  }

  function openAt({ task }: Pick<ExecuteRequest, "task">, onItem: ItemSink, depth: number): RunSession {
    const { clock, signals, approvals, onEmit, warn } = options;
    const children = childrenAt(depth + 1);
    return createRunSession({ task: task.metadata, clock, children, signals, approvals, onItem, onEmit, warn });
  }

  function runAt(request: ExecuteRequest, onItem: ItemSink, depth: number): HostedRun {
    let session: RunSession;
    let isCancelled = false;
    const begin = async (): Promise<ExecuteResult> => {
      for (let next = request; ; ) {
        session = openAt(request, onItem, depth);
        if (isCancelled) session.cancel();
        const result = await execute({ ...next, durable: durableSession(session) });
        session.end();
        const input = session.renewal();
        if (input === undefined || isCancelled) return withReason(result);
        next = { ...request, input: new RawJson(input), executionId: crypto.randomUUID() };
      }
    };
    return {
      result: begin(),
      cancel() {
        isCancelled = true;
        session.cancel();
      },
    };
  }

  return {
    run: (request, onItem = dropped) => runAt(request, onItem, 0),
    open: (request, onItem = dropped) => openAt(request, onItem, 0),
    cancelAll() {
      for (const child of running) child.cancel();
    },
    async settled() {
      while (running.size > 0) await Promise.all([...running].map(({ ended }) => ended));
    },
  };
}

function dropped(): undefined {}

/** Returns a session as the executor takes it. */
export function durableSession(session: RunSession): DurableSession {
  return { start: { runKey: crypto.randomUUID() }, attach: session.attach, receive: session.receive };
}

/** A run that failed because nobody answers says what to do about it. */
export function withReason(result: ExecuteResult): ExecuteResult {
  if (result.status === "completed" || result.error.guest?.code !== "NOBODY_TO_ANSWER") return result;
  const { message, guest, data } = result.error;
  const error = new RatchetError("NOBODY_TO_ANSWER", message, {
    guest,
    data,
    remedy: "Answer with --signal NAME=JSON or --approve TITLE=JSON, or give the wait a timeout.",
    cause: result.error,
  });
  return { ...result, error };
}
