import type { JsonValue } from "../../../domain/json.ts";
import type { DurableMocks, TaskTest } from "../../../domain/task.ts";
import { passedOver } from "../../../execution/durable/limit-warnings.ts";
import { createApprovalBox } from "../../../execution/durable/memory/approval-box.ts";
import { createRunSession, type RunSession } from "../../../execution/durable/memory/run-session.ts";
import { createSignalBox, type SignalBox } from "../../../execution/durable/memory/signal-box.ts";
import { executeWithSleeps } from "../../../execution/durable/memory/sleeping-run.ts";
import type { ExecuteRequest, ExecuteResult } from "../../../execution/execute.ts";
import { callableTasks } from "../../../task/callable-tasks.ts";
import { createJumpClock, type JumpClock } from "./jump-clock.ts";
import { mockTasks } from "./mock-tasks.ts";
import { createNudge } from "./nudge.ts";

/** How the run of a test ended. */
export interface TestedRun {
  result: ExecuteResult;
  /** The items of its stream; absent without one. */
  items?: JsonValue[];
  /** The calls that no mock answered, each as a sentence. */
  unanswered: string[];
  /** Descriptions of the mocks of tasks, signals and approvals that were not used. */
  unused: string[];
}

const NO_MOCKS: DurableMocks = { tasks: [], signals: [], approvals: [] };

/**
 * A wait for calls is over at once, so a guest that waits for nothing else sleeps only after a moment. Then nothing but the
 * passing of time can wake it, and the clock jumps.
 */
const SLEEP_AFTER_MS = 5;

/** A guest with a timer of its own never sleeps. While it waits, it is looked at after this time, ms. */
const NUDGE_MS = 250;

/** How the run of a test goes on. */
interface Going {
  clock: JumpClock;
  session: RunSession;
  items: string[];
}

/** Executes the task of a test. What it asks for durably is answered by the mocks, and time jumps over its waits. */
export async function executeTested(request: ExecuteRequest, test: TaskTest): Promise<TestedRun> {
  const { tasks, signals, approvals } = test.durable ?? NO_MOCKS;
  const clock = createJumpClock(test.startedAt);
  const findTask = callableTasks(request.task.origin);
  const calls = mockTasks({ mocks: tasks, pattern: test.pattern ?? (() => false), findTask });
  const note = (level: "warn" | "debug", message: string) => void request.onLog?.({ level, message, time: Date.now() });
  const box: SignalBox = createSignalBox(signals, clock, (name, reason) => note("warn", passedOver(name, reason)));
  const decisions = createApprovalBox(approvals.map((one) => ({ ...one, by: "test" })));
  const open = (items: string[]): RunSession =>
    createRunSession({
      task: request.task.metadata,
      clock,
      children: calls.children,
      signals: box,
      approvals: decisions,
      onItem(json, item, received) {
        items.push(json);
        received(item + 1);
      },
      onEmit: (name, json) => note("debug", `emitted ${name}: ${json}`),
      warn: (message) => note("warn", message),
    });
  const { result, items } = await runAgain(request, (list) => ({ clock, items: list, session: open(list) }));
  return {
    result,
    ...(items.length === 0 ? {} : { items: items.map((json) => JSON.parse(json) as JsonValue) }),
    unanswered: calls.unanswered(),
    unused: [
      ...calls.unused(),
      ...box.untaken().map(({ name }) => `signal ${name}`),
      ...decisions.unused().map(({ title = "(any title)" }) => `approval ${title}`),
    ],
  };
}

/** Runs until the task asks no more for `continueAsNew`. */
async function runAgain(
  request: ExecuteRequest,
  open: (items: string[]) => Going,
): Promise<{ result: ExecuteResult; items: string[] }> {
  const items: string[] = [];
  for (let next = request; ; ) {
    const going = open(items);
    const result = await runOnce(next, going);
    going.session.end();
    const input = going.session.renewal();
    if (input === undefined) return { result, items };
    next = { ...request, input: JSON.parse(input) as JsonValue };
  }
}

async function runOnce(request: ExecuteRequest, going: Going): Promise<ExecuteResult> {
  let isWaiting = () => false;
  const { session, clock } = going;
  const jump = () => void clock.jump();
  const nudge = createNudge({ isWaiting: () => isWaiting(), isQuiet: () => session.isQuiet(), jump });
  const nudging = setInterval(nudge, NUDGE_MS);
  const onCarried: ExecuteRequest["onCarried"] = (waits) => {
    isWaiting = waits;
  };
  try {
    return await fromWaitToWait({ ...request, onCarried }, going);
  } finally {
    clearInterval(nudging);
  }
}

/** While the guest sleeps, time jumps to what happens next. */
function fromWaitToWait(request: ExecuteRequest, { clock, session }: Going): Promise<ExecuteResult> {
  return executeWithSleeps(request, session, {
    sleepAfterMs: SLEEP_AFTER_MS,
    aheadMs: clock.aheadMs,
    async news() {
      await session.quiet();
      while (!session.hasNews()) {
        if (!clock.jump()) return false;
        await session.quiet();
      }
      return true;
    },
  });
}
