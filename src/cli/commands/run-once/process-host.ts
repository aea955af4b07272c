import type { ConfigValues } from "../../../config/keys.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import { passedOver } from "../../../execution/durable/limit-warnings.ts";
import { createApprovalBox } from "../../../execution/durable/memory/approval-box.ts";
import { createMemoryHost, type MemoryHost } from "../../../execution/durable/memory/memory-host.ts";
import { createSignalBox } from "../../../execution/durable/memory/signal-box.ts";
import type { ChildRequest } from "../../../execution/durable/memory/task-children.ts";
import type { ExecuteRequest } from "../../../execution/execute.ts";
import { DEFAULT_BACKOFF } from "../../../execution/retry-decision.ts";
import { type Clock, systemClock } from "../../../lib/clock.ts";
import { callableTasks } from "../../../task/callable-tasks.ts";
import { chosenLimits } from "../../framework/chosen-limits.ts";
import { preparedPrograms } from "../../framework/prepared-programs.ts";
import type { TaskConsole } from "../../framework/task-console.ts";
import type { GivenAnswers } from "./durable-options.ts";
import type { SecretOptions } from "./secret-source.ts";
import { calledSecrets } from "./secrets.ts";

/** What runs children, apart from what belongs to the child. */
export type ChildRunner = Pick<ExecuteRequest, "executor" | "http" | "engine" | "timeZone">;

/** What the host of durable runs in this process needs. */
export interface ProcessHostOptions {
  /** Where the tasks are that may be called: see `callableTasks`. */
  path: string;
  options: SecretOptions & Parameters<typeof preparedPrograms>[0];
  config: ConfigValues;
  taskConsole: TaskConsole;
  /** What the options answer. */
  answers: GivenAnswers;
  /** @param depth of the children, from 1: those of one depth never wait for others of that depth */
  children: (depth: number) => Promise<ChildRunner>;
}

/** Longest time without a look at the wall clock, ms. It may be set, and a suspended machine counts no time. */
const LONGEST_STEP_MS = 60_000;

/** A clock that keeps the process alive while it waits. */
const WAITING_CLOCK: Clock = {
  ...systemClock,
  after(ms, run) {
    const handle = setTimeout(run, Math.min(Math.max(0, ms), LONGEST_STEP_MS));
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Creates the host of the durable runs in this process. */
export function createProcessHost(surroundings: ProcessHostOptions): MemoryHost {
  const { path, options, config, taskConsole, answers } = surroundings;
  const callable = callableTasks(path, { prepared: preparedPrograms(options, config) });
  const log = (level: "warn" | "debug", message: string) => taskConsole.onLog({ level, message, time: Date.now() });
  return createMemoryHost({
    clock: WAITING_CLOCK,
    signals: createSignalBox(answers.signals, WAITING_CLOCK, (name, reason) => log("warn", passedOver(name, reason))),
    approvals: createApprovalBox(answers.approvals),
    retry: { maxRetries: config["queue.max_retries"], backoff: DEFAULT_BACKOFF },
    async findTask(task, version) {
      const found = await callable(task, version);
      if (found === undefined) throw await callable.missing(task, version);
      return found;
    },
    childRequest: (task, depth) => childRequest(task, depth, surroundings),
    onEmit: (name, json) => log("debug", `emitted ${name}: ${json}`),
    warn: (message) => log("warn", message),
    onLongWait: (what, until) => log("warn", longWait(what, until)),
  });
}

/** Says what a run waits for that nothing has answered. */
function longWait(what: string, until: number): string {
  const answers = "--signal NAME=JSON and --approve TITLE=JSON answer waits";
  return `The run waits for ${what} until ${new Date(until).toISOString()}; ${answers}.`;
}

/** A called task has its own limits and secrets, and reports where its caller does. */
async function childRequest(
  task: TaskDefinition,
  depth: number,
  { options, config, taskConsole, children }: ProcessHostOptions,
): Promise<ChildRequest> {
  const secrets = await calledSecrets(task, options, config);
  return {
    ...(await children(depth)),
    limits: chosenLimits({ timeout: undefined, memory: undefined }, config),
    ...secrets.grant(),
    ...secrets.reports({ onLog: (entry) => taskConsole.onLog(entry), onProgress: () => {} }),
    masked: secrets.masked,
  };
}
