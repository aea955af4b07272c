import type { ConfigValues } from "../../../config/keys.ts";
import { RatchetError } from "../../../domain/errors.ts";
import { defined } from "../../../lib/defined.ts";
import type { Executor } from "../../../sandbox/executor.ts";
import { chosenLimits } from "../../framework/chosen-limits.ts";
import type { Invocation } from "../../framework/command.ts";
import { poolExecutor } from "../../framework/executors.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { dieBySignal, type EndSignal, onInterrupt } from "../../framework/interrupt.ts";
import { createOutboundClient } from "../../framework/outbound.ts";
import { preparedPrograms } from "../../framework/prepared-programs.ts";
import { createTaskConsole, shownLevel, type TaskConsole } from "../../framework/task-console.ts";
import { readAnswers } from "../run-once/durable-options.ts";
import { loadRunnable } from "../run-once/load-runnable.ts";
import { createProcessHost } from "../run-once/process-host.ts";
import { calledSecrets } from "../run-once/secrets.ts";
import type { PipeOptions } from "./options.ts";
import { type PipeInput, pipeInput } from "./pipe-input.ts";
import { openPipeOutput } from "./pipe-output.ts";
import { createRowQueue, type RowQueue } from "./row-queue.ts";
import { runRowStage } from "./row-stage.ts";
import type { Stage } from "./stage.ts";
import { runStreamStage } from "./stream-stage.ts";

/** How many rows are in progress at once in a task that runs once for each row. */
const CONCURRENCY = 256;

/** What all stages share. */
interface Pipe {
  options: PipeOptions;
  config: ConfigValues;
  taskConsole: TaskConsole;
  stop: AbortController;
  /** Was the process asked to end? */
  isInterrupted: () => boolean;
  executors: PipeExecutors;
}

/** Runs the tasks of a pipe at the same time, and returns the exit code. @throws {RatchetError} */
export async function runPipe(options: PipeOptions, context: Invocation): Promise<number> {
  const { values: config } = await context.config();
  const taskConsole = createTaskConsole(shownLevel(options, config["logging.level"]), context.errorFormat);
  const stop = new AbortController();
  let interrupted: EndSignal | undefined;
  const executors = createExecutors(options.path.length);
  const isInterrupted = () => interrupted !== undefined;
  const pipe: Pipe = { options, config, taskConsole, stop, isInterrupted, executors };
  const queues = Array.from({ length: options.path.length + 1 }, createRowQueue);
  const interrupt = onInterrupt((signal) => {
    interrupted = signal;
    stop.abort();
  });
  try {
    const stages = await Promise.all(options.path.map((path, index) => createStage(pipe, path, index, queues)));
    const input = pipeInput(options["input-file"]);
    const output = openPipeOutput(options.output);
    try {
      await runAll(pipe, stages, { input, output, queues });
      await Promise.all(stages.map(({ host }) => host.settled()));
    } finally {
      input.close();
    }
  } finally {
    interrupt.ignore();
    await pipe.executors.stop();
  }
  if (interrupted !== undefined) dieBySignal(interrupted);
  return EXIT.done;
}

/** What rows come from and go to. */
interface Ends {
  input: PipeInput;
  output: ReturnType<typeof openPipeOutput>;
  queues: readonly RowQueue[];
}

/** A failure ends the rows of its task: those before it are told to stop, and those behind it end with what they have. */
async function runAll(
  { stop, isInterrupted }: Pipe,
  stages: readonly Stage[],
  { input, output, queues }: Ends,
): Promise<void> {
  const [first, last] = [queues[0], queues.at(-1)];
  if (first === undefined || last === undefined) return;
  let failure: { error: unknown } | undefined;
  const guarded = (work: Promise<void>) =>
    work.catch((error) => {
      failure ??= { error };
    });
  const running = stages.map((stage) => {
    const takesAll = stage.task.metadata.stream === true;
    return guarded(takesAll ? runStreamStage(stage) : runRowStage(stage));
  });
  stop.signal.addEventListener("abort", () => {
    for (const queue of queues) queue.close();
  });
  await Promise.all([guarded(input.feed(first)), ...running, guarded(output.drain(last))]);
  if (failure === undefined && !stop.signal.aborted) return output.commit();
  output.discard();
  // What ends because of a signal has not failed.
  if (failure !== undefined && !isInterrupted()) throw failure.error;
}

async function createStage(pipe: Pipe, path: string, index: number, queues: readonly RowQueue[]): Promise<Stage> {
  const { options, config, taskConsole, executors, stop } = pipe;
  const task = await loadRunnable({ "from-fs": path, task: undefined }, preparedPrograms(options, config));
  taskConsole.warn(task.warnings);
  const [input, output] = [queues[index], queues[index + 1]];
  if (input === undefined || output === undefined) throw new RatchetError("INTERNAL", "a stage has no queues");
  await Promise.all([task.program(), task.inputValidator(), task.outputValidator()]);
  const limits = chosenLimits(options, config);
  const secrets = await calledSecrets(task, options, config);
  const { send: http } = createOutboundClient(config, true);
  const chosen = defined({ engine: options.engine, timeZone: options.timezone });
  const reports = secrets.reports({ onLog: (entry) => taskConsole.onLog(entry), onProgress: () => {} });
  const executor = await (task.metadata.stream === true ? executors.streams() : executors.rows());
  return {
    number: index + 1,
    task,
    request: () => ({ task, executor, http, limits, ...chosen, ...secrets.grant(), ...reports }),
    masked: secrets.masked,
    host: createProcessHost({
      path,
      options,
      config,
      taskConsole,
      answers: readAnswers(options),
      children: async (depth) => ({ executor: await executors.children(depth), http, ...chosen }),
    }),
    concurrency: options.concurrency ?? CONCURRENCY,
    input,
    output,
    stop: stop.signal,
  };
}

/** Threads for tasks. What waits for others has threads of its own, so that nothing waits for a place forever. */
interface PipeExecutors {
  streams(): Promise<Executor>;
  rows(): Promise<Executor>;
  children(depth: number): Promise<Executor>;
  stop(): Promise<void>;
}

function createExecutors(stages: number): PipeExecutors {
  const made = new Map<string, Promise<Executor>>();
  const once = (name: string, concurrency?: number) => {
    const executor = made.get(name) ?? poolExecutor(concurrency);
    made.set(name, executor);
    return executor;
  };
  return {
    streams: () => once("streams", stages),
    rows: () => once("rows"),
    children: (depth) => once(`children ${depth}`),
    async stop() {
      for (const executor of made.values()) await (await executor).stop();
    },
  };
}
