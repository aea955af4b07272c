import type { Awaited, ModuleRecord } from "./module-record.ts";

/** What the modules of one program share. */
export interface Evaluation {
  /** How many asynchronous modules have begun. */
  asyncCount: number;
  /** What modules awaited when they failed. */
  readonly failures: Awaited[];
}

const { apply } = Reflect;
// The task may change the original.
const { then } = Promise.prototype;

/**
 * Evaluates a module and what it imports, as the method Evaluate of ECMA-262 (16.2.1.6.1.3) does: a module that awaits
 * something does not hold up its siblings, and each module runs as soon as those that it imports have ended.
 */
export function evaluate(given: ModuleRecord, evaluation: Evaluation): Promise<void> {
  const module = given.cycleRoot ?? given;
  if (module.ended !== undefined) return module.ended.promise;
  const ended = Promise.withResolvers<void>();
  module.ended = ended;
  try {
    evaluateNow(module, evaluation);
    if (module.asyncOrder === undefined) ended.resolve();
  } catch (error) {
    ended.reject(error);
  }
  return ended.promise;
}

/** Evaluates a module as far as that is possible without waiting. @throws what the module, or one that it imports, throws */
export function evaluateNow(module: ModuleRecord, evaluation: Evaluation): void {
  const stack: ModuleRecord[] = [];
  try {
    evaluateInner(module, { stack, evaluation }, 0);
  } catch (error) {
    for (const one of stack) {
      one.status = "evaluated";
      one.failed = { error };
    }
    throw error;
  }
}

interface Search {
  readonly stack: ModuleRecord[];
  readonly evaluation: Evaluation;
}

/** InnerModuleEvaluation. @returns the next free index */
function evaluateInner(module: ModuleRecord, search: Search, start: number): number {
  if (module.failed !== undefined) throw module.failed.error;
  if (module.status !== "linked") return start;
  module.status = "evaluating";
  module.index = start;
  module.ancestorIndex = start;
  search.stack.push(module);
  let index = start + 1;
  for (const imported of module.imports()) {
    if ("module" in imported) {
      index = evaluateInner(imported.module, search, index);
      waitFor(imported.module, module, search.stack);
    } else imported();
  }
  if (module.pending > 0 || module.hasAwait) {
    module.asyncOrder = search.evaluation.asyncCount++;
    if (module.pending === 0) execute(module, search.evaluation);
  } else module.body();
  if (module.ancestorIndex === module.index) closeCycle(module, search.stack);
  return index;
}

/** Lets a module wait for one that it imports, if that is asynchronous. */
function waitFor(imported: ModuleRecord, module: ModuleRecord, stack: readonly ModuleRecord[]): void {
  let required = imported;
  if (required.status === "evaluating") {
    // One that is not on the stack has required this module in the middle of its own evaluation.
    if (stack.includes(required)) module.ancestorIndex = Math.min(module.ancestorIndex, required.ancestorIndex);
  } else {
    required = required.cycleRoot ?? required;
    if (required.failed !== undefined) throw required.failed.error;
  }
  if (required.asyncOrder === undefined) return;
  module.pending += 1;
  required.asyncParents.push(module);
}

function closeCycle(root: ModuleRecord, stack: ModuleRecord[]): void {
  for (let member = stack.pop(); member !== undefined; member = stack.pop()) {
    member.status = member.asyncOrder === undefined ? "evaluated" : "evaluating-async";
    member.cycleRoot = root;
    if (member === root) return;
  }
}

/** ExecuteAsyncModule */
function execute(module: ModuleRecord, evaluation: Evaluation): void {
  const onRejected = (error: unknown) => {
    if (module.awaits !== undefined) evaluation.failures.push(module.awaits);
    reject(module, error);
  };
  apply(then, module.body(), [() => fulfil(module, evaluation), onRejected]);
}

/** AsyncModuleExecutionFulfilled */
function fulfil(module: ModuleRecord, evaluation: Evaluation): void {
  if (module.status === "evaluated") return; // it has failed
  end(module);
  module.ended?.resolve();
  const ready: ModuleRecord[] = [];
  gatherReady(module, ready);
  ready.sort((a, b) => (a.asyncOrder ?? 0) - (b.asyncOrder ?? 0));
  for (const parent of ready) {
    if (parent.status === "evaluated") continue; // it has failed
    if (parent.hasAwait) execute(parent, evaluation);
    else runSynchronous(parent);
  }
}

function runSynchronous(module: ModuleRecord): void {
  try {
    module.body();
  } catch (error) {
    reject(module, error);
    return;
  }
  end(module);
  module.ended?.resolve();
}

/** GatherAvailableAncestors: the modules that waited for nothing but this one. */
function gatherReady(module: ModuleRecord, ready: ModuleRecord[]): void {
  for (const parent of module.asyncParents) {
    if (ready.includes(parent) || (parent.cycleRoot ?? parent).failed !== undefined) continue;
    parent.pending -= 1;
    if (parent.pending > 0) continue;
    ready.push(parent);
    if (!parent.hasAwait) gatherReady(parent, ready);
  }
}

/** AsyncModuleExecutionRejected */
function reject(module: ModuleRecord, error: unknown): void {
  if (module.status === "evaluated") return;
  end(module);
  module.failed = { error };
  for (const parent of module.asyncParents) reject(parent, error);
  module.ended?.reject(error);
}

function end(module: ModuleRecord): void {
  module.status = "evaluated";
  module.asyncOrder = undefined;
  module.awaits = undefined;
}
