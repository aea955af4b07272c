import type { HttpOwner } from "../domain/http.ts";

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

/** A request for a place. */
interface Entry {
  /** Order of the requests. */
  turn: number;
  began: boolean;
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

/** All places, and who has them or waits for them. */
interface Places {
  readonly capacity: number;
  used: number;
  readonly tasks: Map<string, TaskShare>;
  /** Tasks with waiting entries. */
  readonly inLine: Set<TaskShare>;
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
  const places: Places = { capacity, used: 0, tasks: new Map(), inLine: new Set() };
  let turns = 0;
  return {
    enter(owner, begin) {
      const [task, execution] = shareOf(places, owner);
      const entry: Entry = { turn: turns++, began: false, begin };
      if (execution.waiting.length === 0 && mayBegin(places, task, execution)) admit(places, task, execution, entry);
      else {
        execution.waiting.push(entry);
        places.inLine.add(task);
      }
      return () => {
        if (entry.began) release(places, task, execution);
        else withdraw(places, task, execution, entry);
        forgetIdle(places, owner, task, execution);
        beginWaiting(places);
      };
    },
    get used() {
      return places.used;
    },
  };
}

function shareOf({ tasks }: Places, { taskUuid, executionId }: HttpOwner): [TaskShare, ExecutionShare] {
  const task = tasks.get(taskUuid) ?? { used: 0, executions: new Map() };
  const execution = task.executions.get(executionId) ?? { used: 0, waiting: [] };
  tasks.set(taskUuid, task);
  task.executions.set(executionId, execution);
  return [task, execution];
}

function forgetIdle(
  { tasks }: Places,
  { taskUuid, executionId }: HttpOwner,
  task: TaskShare,
  execution: ExecutionShare,
): void {
  if (execution.used === 0 && execution.waiting.length === 0) task.executions.delete(executionId);
  if (task.executions.size === 0) tasks.delete(taskUuid);
}

function admit(places: Places, task: TaskShare, execution: ExecutionShare, entry: Entry): void {
  places.used++;
  task.used++;
  execution.used++;
  entry.began = true;
  entry.begin();
}

function release(places: Places, task: TaskShare, execution: ExecutionShare): void {
  places.used--;
  task.used--;
  execution.used--;
}

function withdraw({ inLine }: Places, task: TaskShare, execution: ExecutionShare, entry: Entry): void {
  execution.waiting.splice(execution.waiting.indexOf(entry), 1);
  if (!hasWaiting(task)) inLine.delete(task);
}

function beginWaiting(places: Places): void {
  for (let found = next(places); found !== undefined; found = next(places)) {
    const [task, execution] = found;
    const entry = execution.waiting.shift();
    if (!hasWaiting(task)) places.inLine.delete(task);
    if (entry !== undefined) admit(places, task, execution, entry);
  }
}

/** Returns the shares of the next entry that may begin, if there is one. */
function next(places: Places): [TaskShare, ExecutionShare] | undefined {
  let best: [TaskShare, ExecutionShare] | undefined;
  for (const task of places.inLine) {
    for (const execution of task.executions.values()) {
      if (execution.waiting.length === 0 || !mayBegin(places, task, execution)) continue;
      if (best === undefined || order([task, execution], best) < 0) best = [task, execution];
    }
  }
  return best;
}

function mayBegin(places: Places, task: TaskShare, execution: ExecutionShare): boolean {
  return execution.used < room(places, task);
}

/** Returns the number of places that the task could get one after the other if no other task got any. */
function room({ capacity, used }: Places, task: TaskShare): number {
  return Math.ceil((capacity - used - FREE_FOR_EACH * task.used) / (FREE_FOR_EACH + 1));
}

function hasWaiting(task: TaskShare): boolean {
  for (const { waiting } of task.executions.values()) if (waiting.length > 0) return true;
  return false;
}

function order([taskA, a]: [TaskShare, ExecutionShare], [taskB, b]: [TaskShare, ExecutionShare]): number {
  return taskA.used - taskB.used || a.used - b.used || (a.waiting[0]?.turn ?? 0) - (b.waiting[0]?.turn ?? 0);
}
