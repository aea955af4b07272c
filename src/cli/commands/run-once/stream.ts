import { closeSync, openSync } from "node:fs";
import { RatchetError } from "../../../domain/errors.ts";
import type { LogEntry } from "../../../domain/execution.ts";
import { execute } from "../../../execution/execute.ts";
import { defined } from "../../../lib/defined.ts";
import { loadTask } from "../../../task/load.ts";
import { chosenLimits } from "../../framework/chosen-limits.ts";
import type { Invocation } from "../../framework/command.ts";
import { reportError } from "../../framework/error-report.ts";
import { poolExecutor } from "../../framework/executors.ts";
import { EXIT, exitCodeOf } from "../../framework/exit-codes.ts";
import { dieBySignal, onInterrupt } from "../../framework/interrupt.ts";
import { createOutboundClient } from "../../framework/outbound.ts";
import { checkStdout, stdoutFailure, writeStderr } from "../../framework/output.ts";
import { type OutputFile, openOutputFile, outputFilePath, unwritable } from "../../framework/output-file.ts";
import { createProgressLine } from "../../framework/progress-line.ts";
import { createTaskConsole, shownLevel } from "../../framework/task-console.ts";
import { unreadableInput } from "./input.ts";
import { pumpLines, type StreamCount, StreamFailure } from "./line-pump.ts";
import { lineRunner } from "./line-run.ts";
import type { RunOnceOptions } from "./options.ts";
import { taskSecrets } from "./secrets.ts";

const STDIN = 0;
const STDOUT = 1;
/** Default number of lines in progress. Most of them may be waiting, and then need no processor. */
const LINES_UNDER_WAY = 4_096;

/** Runs a task for every line of a stream and returns the exit code. */
export async function runStream(options: RunOnceOptions, context: Invocation): Promise<number> {
  const { values: config } = await context.config();
  const concurrency = options.concurrency ?? config.concurrency;
  const taskConsole = createTaskConsole(shownLevel(options, config["logging.level"]), context.errorFormat);
  const task = await loadTask(options["from-fs"], options.task === undefined ? {} : { label: options.task });
  taskConsole.warn(task.warnings);
  const secrets = taskSecrets(task, options);
  // A task that can't run at all is one error, not one per line.
  await Promise.all([task.program(), task.inputValidator(), task.outputValidator()]);
  const inputPath = options["input-file"] ?? "-";
  const input = openInput(inputPath);
  const outputPath = outputFilePath(options.output);
  if (outputPath === undefined) checkStdout();
  const file = outputPath === undefined ? undefined : openOutputFile(outputPath);
  const executor = await poolExecutor(concurrency);
  const client = createOutboundClient(config, true);
  const limits = chosenLimits(options, config);
  const engine = defined({ engine: options.engine });
  const progress = createProgressLine(options.quiet);
  const start = performance.now();
  const interrupt = onInterrupt((signal) => {
    file?.discard();
    progress.clear();
    dieBySignal(signal);
  });
  try {
    const count = await pumpLines({
      input,
      output: file?.descriptor ?? STDOUT,
      concurrency: concurrency ?? LINES_UNDER_WAY,
      ordered: !options.unordered,
      failFast: options["fail-fast"],
      runLine: lineRunner((value, line) => {
        const onLog = (entry: LogEntry) => {
          progress.clear();
          taskConsole.onLog(entry, line);
        };
        return execute({ task, input: value, executor, ...engine, http: client.send, limits, secrets, onLog });
      }, options.envelope),
      onResult: (count) => {
        if (!progress.hidden) progress.show(countText(count, performance.now() - start));
      },
    });
    progress.clear();
    return finish(count, file, context.errorFormat);
  } catch (error) {
    throw error instanceof StreamFailure ? explain(error, inputPath, outputPath) : error;
  } finally {
    interrupt.ignore();
    progress.clear();
    // Has no effect after a commit.
    file?.discard();
    if (input !== STDIN) closeSync(input);
    await executor.stop();
  }
}

/** An interrupted stream is incomplete, so its file never appears. */
function finish(count: StreamCount, file: OutputFile | undefined, errorFormat: "text" | "json"): number {
  if (count.complete) file?.commit();
  if (count.failed === 0) return EXIT.done;
  const error = linesFailed(count);
  // The output has the errors of the lines. This error only counts them.
  if (errorFormat === "json") reportError(error, "json");
  else writeStderr(`${error.message}\n`);
  return exitCodeOf(error.code);
}

function linesFailed({ failed, lines, firstFailed, complete }: StreamCount): RatchetError {
  const message = `${failed} of ${lines} lines failed, first: line ${firstFailed}`;
  return new RatchetError("LINES_FAILED", message, {
    remedy: complete
      ? "The output has an error in the place of each failed line."
      : "The run stopped at this line because of --fail-fast; the output ends with its error.",
    data: { failed, lines, firstFailed: firstFailed ?? null },
  });
}

function countText({ done, failed }: StreamCount, elapsedMs: number): string {
  const rate = Math.round(done / (elapsedMs / 1_000)).toLocaleString("en");
  const failures = failed === 0 ? "" : `, ${failed.toLocaleString("en")} failed`;
  return `${done.toLocaleString("en")} lines${failures}, ${rate} a second`;
}

function openInput(path: string): number {
  if (path === "-") return STDIN;
  try {
    return openSync(path, "r");
  } catch (error) {
    throw unreadableInput(path, error);
  }
}

function explain(failure: StreamFailure, inputPath: string, outputPath: string | undefined): Error {
  if (failure.side === "input") return unreadableInput(inputPath, failure.cause);
  if (outputPath === undefined) return stdoutFailure(failure.cause);
  return unwritable(outputPath, failure.cause);
}
