import { HttpFailure, type HttpOwner, type HttpSend } from "../domain/http.ts";
import { describeRequest } from "./describe-request.ts";

/** The number of free places per place in use that a task needs before it gets another one. */
const FREE_FOR_EACH = 2;

/** Decides when exchanges begin, so that none waits long for those of others. */
export interface FairShare {
  /**
   * Requests a place. `begin` is called once there is one, which may be at once.
   * @returns a function that releases the place or withdraws the request; call it once
   */
  enter(owner: HttpOwner, begin: () => void): () => void;
  /** Number of places in use. */
  readonly used: number;
}

interface Entry {
  /** Order of the requests. */
  turn: number;
  begin: () => void;
}

interface ExecutionShare {
  used: number;
  waiting: Entry[];
}

interface TaskShare {
  used: number;
  executions: Map<string, ExecutionShare>;
}

/**
 * Shares `capacity` places by task, and within a task by execution. Exchanges are not interrupted, so a place in use
 * can't be reassigned. Places stay free for newcomers because no task may use all of them: a task gets another place
 * while more than {@link FREE_FOR_EACH} are free for each that it has, a third of all if it is alone. An execution gets
 * one while it has fewer than its task could still get, half of that third if it is alone. So each task that hoards
 * leaves two thirds of the places that it found: seven of them leave more than a hundred of 2,048. (After Choudhury and
 * Hahne, Dynamic queue length thresholds for shared-memory packet switches, 1998.)
 *
 * A released place goes to the task with the fewest places, then to its execution with the fewest, then by turn.
 */
export function createFairShare(capacity: number): FairShare {
  const tasks = new Map<string, TaskShare>();
  /** Tasks with waiting entries. */
  const inLine = new Set<TaskShare>();
  let used = 0;
  let turns = 0;

  /** Returns the number of places that the task could get one after the other if no other task got any. */
  function room(task: TaskShare): number {
    return Math.ceil((capacity - used - FREE_FOR_EACH * task.used) / (FREE_FOR_EACH + 1));
  }

  function mayBegin(task: TaskShare, execution: ExecutionShare): boolean {
    return execution.used < room(task);
  }

  function shareOf({ taskUuid, executionId }: HttpOwner): [TaskShare, ExecutionShare] {
    const task = tasks.get(taskUuid) ?? { used: 0, executions: new Map() };
    const execution = task.executions.get(executionId) ?? { used: 0, waiting: [] };
    tasks.set(taskUuid, task);
    task.executions.set(executionId, execution);
    return [task, execution];
  }

  /** Returns the next entry that may begin, if there is one. */
  function next(): [TaskShare, ExecutionShare] | undefined {
    let best: [TaskShare, ExecutionShare] | undefined;
    for (const task of inLine) {
      for (const execution of task.executions.values()) {
        if (execution.waiting.length === 0 || !mayBegin(task, execution)) continue;
        if (best === undefined || order([task, execution], best) < 0) best = [task, execution];
      }
    }
    return best;
  }

  function admit(task: TaskShare, execution: ExecutionShare, begin: () => void): void {
    used++;
    task.used++;
    execution.used++;
    begin();
  }

  function beginWaiting(): void {
    for (let found = next(); found !== undefined; found = next()) {
      const [task, execution] = found;
      const entry = execution.waiting.shift();
      if (!hasWaiting(task)) inLine.delete(task);
      if (entry !== undefined) admit(task, execution, entry.begin);
    }
  }

  function forgetIdle({ taskUuid, executionId }: HttpOwner, task: TaskShare, execution: ExecutionShare): void {
    if (execution.used === 0 && execution.waiting.length === 0) task.executions.delete(executionId);
    if (task.executions.size === 0) tasks.delete(taskUuid);
  }

  return {
    enter(owner, begin) {
      const [task, execution] = shareOf(owner);
      let began = false;
      const entry: Entry = {
        turn: turns++,
        begin: () => {
          began = true;
          begin();
        },
      };
      if (execution.waiting.length === 0 && mayBegin(task, execution)) admit(task, execution, entry.begin);
      else {
        execution.waiting.push(entry);
        inLine.add(task);
      }
      return () => {
        if (began) {
          used--;
          task.used--;
          execution.used--;
        } else {
          execution.waiting.splice(execution.waiting.indexOf(entry), 1);
          if (!hasWaiting(task)) inLine.delete(task);
        }
        forgetIdle(owner, task, execution);
        beginWaiting();
      };
    },
    get used() {
      return used;
    },
  };
}

function hasWaiting(task: TaskShare): boolean {
  for (const { waiting } of task.executions.values()) if (waiting.length > 0) return true;
  return false;
}

function order([taskA, a]: [TaskShare, ExecutionShare], [taskB, b]: [TaskShare, ExecutionShare]): number {
  return taskA.used - taskB.used || a.used - b.used || (a.waiting[0]?.turn ?? 0) - (b.waiting[0]?.turn ?? 0);
}

/**
 * Creates the layer that shares connections among executions. An exchange with all its redirects has one place; its
 * wait counts towards its time limit. Requests without an owner are the host's own and do not wait.
 */
export function shareConnections(next: HttpSend, options: { maxConnections: number }): HttpSend {
  const share = createFairShare(options.maxConnections);
  return async (request, signal) => {
    const { owner } = request;
    if (owner === undefined) return next(request, signal);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const abort = () =>
      reject(new HttpFailure("aborted", `${describeRequest(request)} was aborted before it was sent`));
    const leave = share.enter(owner, resolve);
    signal.addEventListener("abort", abort, { once: true });
    try {
      if (signal.aborted) abort();
      await promise;
      return await next(request, signal);
    } finally {
      signal.removeEventListener("abort", abort);
      leave();
    }
  };
}
