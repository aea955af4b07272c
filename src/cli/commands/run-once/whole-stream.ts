import type { ConfigValues } from "../../../config/keys.ts";
import { RatchetError } from "../../../domain/errors.ts";
import { readText } from "../../../domain/shared-text.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import { type ExecuteRequest, execute } from "../../../execution/execute.ts";
import { defined } from "../../../lib/defined.ts";
import { chosenLimits } from "../../framework/chosen-limits.ts";
import { inlineExecutor } from "../../framework/executors.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { createOutboundClient } from "../../framework/outbound.ts";
import { writeStdout } from "../../framework/output.ts";
import { outputFilePath } from "../../framework/output-file.ts";
import type { TaskConsole } from "../../framework/task-console.ts";
import { readAnswers } from "./durable-options.ts";
import { executeDurably } from "./durable-run.ts";
import { writeWhole } from "./ledger-file.ts";
import type { RunOnceOptions } from "./options.ts";
import { rowReader, withoutLines } from "./read-rows.ts";
import type { RunSecrets } from "./run-secrets.ts";
import { openStreamInput, type StreamInputSource } from "./stream-input.ts";

/** Options that are about single lines, each of which would be a run of its own. */
const OF_LINES = [
  "unordered",
  "concurrency",
  "rate",
  "retry",
  "fail-fast",
  "envelope",
  "checkpoint",
  "record",
  "trace",
  "ledger",
  "dry-run",
] as const;

/** What a run over the rows of a stream needs. */
export interface WholeStream {
  options: RunOnceOptions;
  config: ConfigValues;
  task: TaskDefinition;
  secrets: RunSecrets;
  taskConsole: TaskConsole;
  source: StreamInputSource;
}

/** Runs a task once that takes the whole stream as its input, and returns the exit code. @throws {RatchetError} */
export async function runWholeStream(run: WholeStream): Promise<number> {
  const { options, config, task, secrets, taskConsole, source } = run;
  refuseOptionsOfLines(options, task, source.command);
  const answers = readAnswers(options);
  const executor = await inlineExecutor(options.engine);
  const input = await openStreamInput(options, task, source);
  let failed: unknown;
  const readAll = rowReader(input, task);
  const readRows = () =>
    readAll().then(withoutLines, (error) => {
      failed = error;
      throw error;
    });
  const request: ExecuteRequest = {
    task,
    input: null,
    executor,
    ...defined({ engine: options.engine, timeZone: options.timezone }),
    http: createOutboundClient(config).send,
    limits: chosenLimits(options, config),
    ...secrets.grant(),
    ...secrets.reports({ onLog: taskConsole.onLog, onProgress: taskConsole.onProgress }),
  };
  try {
    const surroundings = { options, config, taskConsole, answers, readRows };
    const ended = await executeDurably(request, surroundings, async (next) => secrets.masked(await execute(next)));
    const { result } = ended;
    if (result.status === "completed" && !ended.isPrinted) {
      const text = `${readText(result.outputJson)}\n`;
      const file = outputFilePath(options.output);
      if (file === undefined) writeStdout(text);
      else writeWhole(file, text);
    }
    await ended.settled();
    if (result.status === "completed") return EXIT.done;
    // The task passed on the error of a row.
    throw failed instanceof RatchetError && result.error.guest?.message === failed.message ? failed : result.error;
  } finally {
    input.close();
  }
}

function refuseOptionsOfLines(options: RunOnceOptions, { metadata }: TaskDefinition, command: string): void {
  const given = OF_LINES.find((name) => options[name] !== undefined && options[name] !== false);
  const format = options["output-format"];
  const option = given ?? (format === undefined || format === "json" ? undefined : "output-format");
  if (option === undefined) return;
  const message = `${command}: --${option} has no meaning for "${metadata.label}", which takes the whole stream as one input.`;
  throw new RatchetError("USAGE", message, { remedy: "Leave it out." });
}
