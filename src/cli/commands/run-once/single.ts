import { RatchetError } from "../../../domain/errors.ts";
import type { JsonValue } from "../../../domain/json.ts";
import { ledgerOf } from "../../../domain/ledger.ts";
import { readText } from "../../../domain/shared-text.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import { checkInput, type ExecuteRequest, execute } from "../../../execution/execute.ts";
import { defined } from "../../../lib/defined.ts";
import { chosenLimits } from "../../framework/chosen-limits.ts";
import type { Invocation } from "../../framework/command.ts";
import { inlineExecutor } from "../../framework/executors.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { createOutboundClient } from "../../framework/outbound.ts";
import { checkStdout, isTerminal, printableJson, writeStdout } from "../../framework/output.ts";
import { checkOutputPath, outputFilePath } from "../../framework/output-file.ts";
import { preparedPrograms } from "../../framework/prepared-programs.ts";
import { createTaskConsole, shownLevel } from "../../framework/task-console.ts";
import { readAnswers } from "./durable-options.ts";
import { executeDurably } from "./durable-run.ts";
import { fileLabel, parseInput, readTextFile } from "./input.ts";
import { writeLedger, writeWhole } from "./ledger-file.ts";
import { loadRunnable } from "./load-runnable.ts";
import type { RunOnceOptions } from "./options.ts";
import type { RunTrace } from "./run-trace.ts";
import { taskSecrets } from "./secrets.ts";
import { checkStandardInput, setValues } from "./set-values.ts";

/** Where the input of a run comes from. */
export interface InputSource {
  /** The command, for messages. */
  command: string;
  /**
   * Returns the input for a task.
   * @param base returns the input from the options; it reads standard input if the command line says so elsewhere
   */
  input(task: TaskDefinition, base: (fromStdin: boolean) => JsonValue): Promise<JsonValue>;
}

const FROM_OPTIONS: InputSource = { command: "run-once", input: async (_, base) => base(false) };

/** Runs a task once and returns the exit code. */
export async function runSingle(
  options: RunOnceOptions,
  context: Invocation,
  source: InputSource = FROM_OPTIONS,
): Promise<number> {
  const answers = readAnswers(options);
  // This comes first, because the engine compiles on another thread during the remaining preparation.
  const executor = options["dry-run"] ? undefined : await inlineExecutor(options.engine);
  const { values: config } = await context.config();
  const outputFile = outputFilePath(options.output);
  // Nothing runs if its result can't be written.
  if (outputFile !== undefined) checkOutputPath(outputFile);
  else if (!options["dry-run"]) checkStdout();
  for (const file of [options.ledger, options.trace]) if (file !== undefined) checkOutputPath(file);
  if (options.record !== undefined) (await import("./recorded-run.ts")).prepareRecordingFolder(options.record);
  const taskConsole = createTaskConsole(shownLevel(options, config["logging.level"]), context.errorFormat);
  const task = await loadRunnable(options, preparedPrograms(options, config));
  taskConsole.warn(task.warnings);
  const input = await source.input(task, (fromStdin) => optionsInput(options, source.command, fromStdin));
  const secrets = await taskSecrets(task, options, config);
  if (executor === undefined) return await dryRun(task, input);
  const trace = options.trace === undefined ? undefined : await runTrace(secrets.text);
  const request: ExecuteRequest & { input: JsonValue } = {
    task,
    input,
    executor,
    ...defined({ engine: options.engine, timeZone: options.timezone }),
    http: createOutboundClient(config).send,
    limits: chosenLimits(options, config),
    trace: trace?.spans,
    ...secrets.grant(),
    ...secrets.reports({ onLog: taskConsole.onLog, onProgress: taskConsole.onProgress }),
  };
  const { record } = options;
  const ended = await executeDurably(request, { options, config, taskConsole, answers }, async (next) =>
    secrets.masked(
      record === undefined
        ? await execute(next)
        : await (await import("./recorded-run.ts")).executeRecorded(next, record, secrets.values),
    ),
  );
  const { result } = ended;
  if (options.ledger !== undefined) writeLedger(options.ledger, ledgerOf(result.touched, result.usage));
  if (options.trace !== undefined && trace !== undefined) {
    const { writeTrace } = await import("./trace-file.ts");
    writeTrace(options.trace, trace, task.metadata.label, result);
  }
  if (result.status === "failed") {
    await ended.settled();
    throw result.error;
  }
  if (!ended.isPrinted) {
    const pretty = options.pretty ?? config.pretty;
    writeResult(`${resultText(readText(result.outputJson), options.raw, pretty)}\n`, outputFile, options.raw);
  }
  // Detached children end after the result is there.
  await ended.settled();
  return EXIT.done;
}

function writeResult(text: string, file: string | undefined, raw: boolean): void {
  if (file === undefined) writeStdout(!raw && isTerminal("stdout") ? printableJson(text) : text);
  else writeWhole(file, text);
}

async function runTrace(mask: (text: string) => string): Promise<RunTrace> {
  const trace = (await import("./run-trace.ts")).beginRunTrace();
  trace.spans.maskWith(mask);
  return trace;
}

function optionsInput(options: RunOnceOptions, command: string, fromStdin: boolean): JsonValue {
  const given = ["input", "input-json", "input-file"].find((name) => options[name as "input"] !== undefined);
  if (fromStdin && given !== undefined) {
    throw new RatchetError(
      "USAGE",
      `${command}: the input is given twice: by --${given}, and by - for standard input.`,
      {
        remedy: "Give it once.",
      },
    );
  }
  const own = fromStdin ? { ...options, "input-file": "-" } : options;
  checkStandardInput(own, command, fromStdin ? "-" : "--input-file -");
  return setValues(readInput(own, command), own.set, command);
}

function readInput(options: RunOnceOptions, command: string): JsonValue {
  const { input, "input-json": json } = options;
  if (input === "@") {
    throw new RatchetError("USAGE", `${command}: --input @ does not name a file.`, { remedy: "Write --input @FILE." });
  }
  if (input?.startsWith("@")) return parseInput(readTextFile(input.slice(1)), fileLabel(input.slice(1)));
  if (input !== undefined) return parseInput(input, "--input");
  if (json !== undefined) return parseInput(json, "--input-json");
  const file = options["input-file"];
  if (file !== undefined) return parseInput(readTextFile(file), fileLabel(file));
  return {};
}

async function dryRun(task: TaskDefinition, input: JsonValue): Promise<number> {
  await task.program();
  await task.outputValidator();
  await checkInput(task, input);
  if (isTerminal("stderr")) {
    const { createNotices } = await import("../../framework/people-log.ts");
    createNotices().info("The task is ready to run with this input; nothing was run.");
  }
  return EXIT.done;
}

function resultText(outputJson: string, raw: boolean, pretty: boolean): string {
  if (!raw && !pretty) return outputJson;
  const output = JSON.parse(outputJson) as JsonValue;
  if (raw && typeof output === "string") return output;
  return pretty ? JSON.stringify(output, null, 2) : outputJson;
}
