import { HttpFailure, type HttpOwner, type HttpSend } from "../domain/http.ts";
import { describeRequest } from "./describe-request.ts";

/** For each place that a task has, so many more have to be free before it gets a further one. */
const FREE_FOR_EACH = 2;

/** Lets exchanges begin, so that nobody's wait for long behind somebody else's. */
export interface FairShare {
  /**
   * Asks for a place. `begin` is called once there is one, which may be at once.
   * @returns gives the place back, or takes the question back; call it once
   */
  enter(owner: HttpOwner, begin: () => void): () => void;
  /** Places taken. */
  readonly used: number;
}

interface Entry {
  /** Order of the questions. */
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
 * Shares `capacity` places by task, and within a task by execution. Nobody is interrupted, so a place in use can't be
 * given to another: what keeps room for newcomers is that nobody may take all of it. A task gets a further place while
 * there are more than {@link FREE_FOR_EACH} free ones for each that it has, a third of all when it is alone. An execution
 * gets one while it has fewer than its task could still get, half of that third when it is alone. So each task that
 * hoards leaves two thirds of what it found: seven of them leave more than a hundred places of 2,048. (After Choudhury
 * and Hahne, Dynamic queue length thresholds for shared-memory packet switches, 1998.)
 *
 * A place that becomes free goes to the task with the fewest, then to its execution with the fewest, then by turn.
 */
export function createFairShare(capacity: number): FairShare {
  const tasks = new Map<string, TaskShare>();
  /** Tasks with entries in line. */
  const inLine = new Set<TaskShare>();
  let used = 0;
  let turns = 0;

  /** Places that the task could take one after the other, if nobody else took any. */
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

  /** The next entry that may begin, if there is one. */
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
 * The layer that shares connections among executions. An exchange with all its redirects has one place; the time in line
 * counts against its time limit. Requests without an owner are the host's own and pass.
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
