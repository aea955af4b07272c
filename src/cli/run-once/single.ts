import type { ConfigValues } from "../../config/keys.ts";
import { RatchetError } from "../../domain/errors.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { TaskDefinition } from "../../domain/task.ts";
import { execute } from "../../execution/execute.ts";
import { loadTask } from "../../task/load.ts";
import { chosenLimits } from "../chosen-limits.ts";
import type { CommandContext } from "../command.ts";
import { inlineExecutor } from "../executors.ts";
import { EXIT } from "../exit-codes.ts";
import { createOutboundClient } from "../outbound.ts";
import { isTerminal, writeAll, writeStderr, writeStdout } from "../output.ts";
import { checkOutputPath, openOutputFile, unwritable } from "../output-file.ts";
import { createTaskConsole } from "../task-console.ts";
import { fileLabel, parseInput, readTextFile } from "./input.ts";
import type { RunOnceOptions } from "./options.ts";
import { setValues } from "./set-values.ts";

/** Runs a task once and gives the exit code. */
export async function runSingle(
  options: RunOnceOptions,
  context: CommandContext,
  config: ConfigValues,
): Promise<number> {
  const outputFile = options.output === "-" ? undefined : options.output;
  // A result that nothing can be done with is worth no run.
  if (outputFile !== undefined) checkOutputPath(outputFile);
  // First of all: the engine compiles on another thread while the task is loaded here.
  const executor = options["dry-run"] ? undefined : await inlineExecutor();
  const taskConsole = createTaskConsole(options["log-level"] ?? config["logging.level"], context.errorFormat);
  const task = await loadTask(options["from-fs"], options.task === undefined ? {} : { label: options.task });
  taskConsole.warn(task.warnings);
  const input = setValues(readInput(options), options.set);
  if (executor === undefined) return await dryRun(task, input);
  const result = await execute({
    task,
    input,
    executor,
    http: createOutboundClient(config).send,
    limits: chosenLimits(options, config),
    onLog: taskConsole.onLog,
    onProgress: taskConsole.onProgress,
  });
  if (result.status === "failed") throw result.error;
  const text = `${resultText(result.output, result.outputJson, options.raw, options.pretty ?? config.pretty)}\n`;
  if (outputFile === undefined) writeStdout(text);
  else writeWhole(outputFile, text);
  return EXIT.done;
}

function readInput(options: RunOnceOptions): JsonValue {
  const json = options["input-json"];
  if (json !== undefined) return parseInput(json, "--input-json");
  const file = options["input-file"];
  if (file !== undefined) return parseInput(readTextFile(file), fileLabel(file));
  return {};
}

async function dryRun(task: TaskDefinition, input: JsonValue): Promise<number> {
  await task.program();
  const validate = await task.inputValidator();
  await task.outputValidator();
  const [violation] = validate(input);
  if (violation !== undefined) {
    throw new RatchetError("INVALID_INPUT", `the input is not valid: ${violation.pointer} ${violation.message}`);
  }
  if (isTerminal("stderr")) writeStderr("The task is ready to run with this input; nothing was run.\n");
  return EXIT.done;
}

function resultText(output: JsonValue, outputJson: string, raw: boolean, pretty: boolean): string {
  if (raw && typeof output === "string") return output;
  return pretty ? JSON.stringify(output, null, 2) : outputJson;
}

function writeWhole(path: string, text: string): void {
  const file = openOutputFile(path);
  try {
    writeAll(file.descriptor, text);
  } catch (error) {
    file.discard();
    throw unwritable(path, error);
  }
  file.commit();
}
