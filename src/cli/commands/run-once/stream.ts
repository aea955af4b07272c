import type { ConfigValues } from "../../../config/keys.ts";
import type { RatchetError } from "../../../domain/errors.ts";
import type { LogEntry } from "../../../domain/execution.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import type { LedgerSum } from "../../../execution/ledger/merge.ts";
import { defined } from "../../../lib/defined.ts";
import type { Executor } from "../../../sandbox/executor.ts";
import { chosenLimits } from "../../framework/chosen-limits.ts";
import type { Invocation } from "../../framework/command.ts";
import { errorJson, reportError } from "../../framework/error-report.ts";
import { poolExecutor } from "../../framework/executors.ts";
import { EXIT, exitCodeOf } from "../../framework/exit-codes.ts";
import { dieBySignal, onInterrupt } from "../../framework/interrupt.ts";
import { createOutboundClient } from "../../framework/outbound.ts";
import { isTerminal, jsonLine, printable, printableJson, writeStderr } from "../../framework/output.ts";
import { preparedPrograms } from "../../framework/prepared-programs.ts";
import { createProgressLine, type ProgressLine } from "../../framework/progress-line.ts";
import { createTaskConsole, shownLevel, type TaskConsole } from "../../framework/task-console.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { readAnswers } from "./durable-options.ts";
import { pumpLines } from "./line-pump.ts";
import { lineRunner } from "./line-run.ts";
import {
  checkLine,
  executeLine,
  type LineRequest,
  type RunAttempt,
  recordLine,
  withLedger,
  withRetries,
} from "./line-task.ts";
import { loadRunnable } from "./load-runnable.ts";
import type { RunOnceOptions } from "./options.ts";
import { type Result, type StreamCount, StreamFailure } from "./pump-options.ts";
import { createRateGate, type RateGate, readRate } from "./rate-gate.ts";
import type { ResultShape } from "./result-shape.ts";
import type { RunSecrets } from "./run-secrets.ts";
import { taskSecrets } from "./secrets.ts";
import { checkStandardInput } from "./set-values.ts";
import { explain, linesFailed } from "./stream-errors.ts";
import { createStreamHost, type StreamHost } from "./stream-host.ts";
import { openStreamInput, type StreamInput, type StreamInputSource } from "./stream-input.ts";
import { openStreamOutput, type StreamOutput } from "./stream-output.ts";
import { checkpointFor, ledgerSumFor, traceFor } from "./stream-parts.ts";
import { inputSize, progressText } from "./stream-progress.ts";
import type { StreamTrace } from "./stream-trace.ts";

/** Default number of lines in progress. Most of them may be waiting, and then need no processor. */
const LINES_UNDER_WAY = 4_096;

/** What a run over a stream works with. */
interface StreamRun {
  options: RunOnceOptions;
  config: ConfigValues;
  errorFormat: "text" | "json";
  taskConsole: TaskConsole;
  task: TaskDefinition;
  input: StreamInput;
  output: StreamOutput;
  checkpoint: Checkpoint | undefined;
  progress: ProgressLine;
  secrets: RunSecrets;
  /** What all lines touch; undefined if nobody asks. */
  ledger: LedgerSum | undefined;
  /** Where the time went; undefined if nobody asks. */
  trace: StreamTrace | undefined;
  host: StreamHost;
}

/** Runs a task for every line of a stream and returns the exit code. @param source where the command differs */
export async function runStream(
  options: RunOnceOptions,
  context: Invocation,
  source: StreamInputSource = { command: "run-once" },
): Promise<number> {
  const { values: config } = await context.config();
  const { errorFormat } = context;
  const answers = readAnswers(options);
  const taskConsole = createTaskConsole(shownLevel(options, config["logging.level"]), errorFormat);
  checkStandardInput({ ...options, "input-file": options["input-file"] ?? "-" }, source.command, "the stream");
  const task = await loadRunnable(options, preparedPrograms(options, config));
  taskConsole.warn(task.warnings);
  const secrets = await taskSecrets(task, options, config);
  const run = { options, config, task, secrets, taskConsole, source };
  if (task.metadata.stream === true) return (await import("./whole-stream.ts")).runWholeStream(run);
  // A task that can't run at all is one error, not one per line.
  await Promise.all([task.program(), task.inputValidator(), task.outputValidator()]);
  const input = await openStreamInput(options, task, source);
  const open: OpenParts = {};
  const interrupt = onInterrupt((signal) => {
    release(open);
    dieBySignal(signal);
  });
  try {
    const checkpoint = await checkpointFor(options, task, input);
    open.checkpoint = checkpoint;
    const output = openStreamOutput(options, checkpoint);
    open.output = output;
    // Results on the same terminal show the progress themselves.
    const isShown = !options["dry-run"] && output.path === undefined && isTerminal("stdout");
    const progress = createProgressLine(options.quiet || isShown);
    open.progress = progress;
    const ledger = await ledgerSumFor(options.ledger);
    const trace = await traceFor(options, task, secrets);
    open.trace = trace;
    const parts = { task, input, output, checkpoint, progress, secrets, ledger, trace };
    const executor = await poolExecutor(options.concurrency ?? config.concurrency);
    open.executor = executor;
    const { send: http } = createOutboundClient(config, true);
    const chosen = defined({ engine: options.engine, timeZone: options.timezone });
    const host = createStreamHost({ path: options["from-fs"], options, config, taskConsole, answers, http, chosen });
    open.host = host;
    const run: StreamRun = { options, config, errorFormat, taskConsole, ...parts, host };
    const fixed = { task, executor, ...chosen, http, limits: chosenLimits(options, config) };
    return await pump(run, (line, attempt) => ({ ...fixed, ...secrets.grant(), attempt, ...reportsOf(run, line) }));
  } catch (error) {
    throw error instanceof StreamFailure ? explain(error, input.path, open.output?.path) : error;
  } finally {
    interrupt.ignore();
    release(open);
    input.close();
    await open.host?.stop();
    await open.executor?.stop();
  }
}

/** What the task reports while it runs for a line. */
function reportsOf({ secrets, progress, taskConsole }: StreamRun, line: number) {
  return secrets.reports({
    onLog(entry: LogEntry) {
      progress.clear();
      taskConsole.onLog(entry, line);
    },
  });
}

/** What has to be released at the end, as far as it was opened. */
interface OpenParts {
  checkpoint?: Checkpoint | undefined;
  output?: StreamOutput;
  trace?: StreamTrace | undefined;
  progress?: ProgressLine;
  executor?: Executor;
  host?: StreamHost;
}

function release({ output, trace, progress, checkpoint }: OpenParts): void {
  output?.discard();
  trace?.discard();
  progress?.clear();
  checkpoint?.close();
}

async function pump(run: StreamRun, request: LineRequest): Promise<number> {
  const { options, config, input, output, checkpoint, progress } = run;
  const concurrency = options.concurrency ?? config.concurrency ?? LINES_UNDER_WAY;
  const rate = options.rate === undefined ? undefined : gateFor(options.rate);
  const attempt = await attemptFor(run, request, rate);
  const shape = await shapeFor(run);
  const size = progress.hidden ? undefined : inputSize(input.descriptor);
  const start = performance.now();
  const count = await pumpLines({
    input: input.descriptor,
    source: input.source,
    output: output.descriptor,
    maxWriteBytes: output.maxWriteBytes,
    concurrency,
    ordered: !options.unordered,
    failFast: options["fail-fast"],
    rate,
    isDone: checkpoint?.isDone,
    onWritten: checkpoint?.record,
    shape: shape?.line ?? (output.path === undefined && isTerminal("stdout") ? printableLine : undefined),
    shapeEnd: shape?.end,
    runLine: lineRunner({
      read: input.read,
      run: (value, line) => attempt(value, line, 1),
      envelope: options.envelope,
      isShaped: shape !== undefined,
    }),
    onResult: (count) => {
      if (!progress.hidden) progress.show(progressText(count, performance.now() - start, size));
    },
  });
  progress.clear();
  const leftOut = shape?.leftOut();
  if (leftOut !== undefined) (await import("../../framework/people-log.ts")).createNotices().warn(`${leftOut}.`);
  if (options.ledger !== undefined && run.ledger !== undefined) {
    (await import("./ledger-file.ts")).writeLedger(options.ledger, run.ledger.total());
  }
  run.trace?.commit();
  return finish(run, count);
}

function printableLine({ text }: Result): string {
  return printableJson(text);
}

/** The form was checked with the other options. */
function gateFor(text: string): RateGate | undefined {
  const rate = readRate(text);
  return rate === undefined ? undefined : createRateGate(rate);
}

async function attemptFor(
  { options, task, ledger, trace, secrets, host }: StreamRun,
  untraced: LineRequest,
  rate: RateGate | undefined,
): Promise<RunAttempt> {
  if (options["dry-run"]) return checkLine(task);
  const { record, retry: maxRetries = 0 } = options;
  const request = trace?.request(untraced) ?? untraced;
  const { execute } = host;
  const known = secrets.values;
  const plain =
    record === undefined ? executeLine(request, execute) : await recordLine(request, execute, { dir: record, known });
  const summed = ledger === undefined ? plain : withLedger(plain, ledger);
  const run = trace?.attempt(summed) ?? summed;
  const retried = maxRetries === 0 ? run : await withRetries(run, { task, maxRetries, rate });
  return async (...line) => {
    const end = await retried(...line);
    return end.status === "failed" ? secrets.masked(end) : end;
  };
}

/** Returns the form of the results, unless they are lines of JSON. */
async function shapeFor({
  options,
  task,
  checkpoint,
  errorFormat,
  progress,
}: StreamRun): Promise<ResultShape | undefined> {
  const format = options["output-format"] ?? "json";
  if (format === "json" && !options["dry-run"]) return undefined;
  const { csvShape, silentShape, tableShape } = await import("./result-shape.ts");
  const { schemaOf } = await import("./csv-input.ts");
  const shapeOptions = {
    schema: await schemaOf(task, "output"),
    envelope: options.envelope,
    isContinued: (checkpoint?.outputBytes ?? 0) > 0,
    onFailed: (error: RatchetError, line: number) => {
      progress.clear();
      if (errorFormat === "json") writeStderr(jsonLine({ error: errorJson(error), line }));
      else writeStderr(`line ${line}: ${error.code}: ${printable(error.message)}\n`);
    },
  };
  if (options["dry-run"]) return silentShape(shapeOptions);
  return format === "csv" ? csvShape(shapeOptions) : tableShape(shapeOptions);
}

/** An interrupted stream is incomplete, so its file never appears, unless a checkpoint says how far it is. */
function finish({ output, checkpoint, errorFormat }: StreamRun, count: StreamCount): number {
  if (count.complete) {
    checkpoint?.checkSkipped();
    output.commit();
  }
  const failed = count.failed + (checkpoint?.failed ?? 0);
  if (failed === 0) return EXIT.done;
  const firsts = [count.firstFailed, checkpoint?.firstFailed].filter((line) => line !== undefined);
  const lines = count.done + count.skipped;
  const error = linesFailed({ ...count, failed, lines, firstFailed: Math.min(...firsts) });
  // The output has the errors of the lines. This error only counts them.
  if (errorFormat === "json") reportError(error, "json");
  else writeStderr(`${error.message}\n`);
  return exitCodeOf(error.code);
}
