import { ENGINE_NAMES } from "../../../domain/engines.ts";
import { RatchetError } from "../../../domain/errors.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import { readRecording } from "../../../execution/recording/read-recording.ts";
import type { Recording } from "../../../execution/recording/recorded-session.ts";
import type { ReplayComparison } from "../../../execution/recording/replay.ts";
import { replayRecording } from "../../../execution/recording/replay-recording.ts";
import { defined } from "../../../lib/defined.ts";
import { loadCollection, loadTask } from "../../../task/load.ts";
import type { PreparedPrograms } from "../../../task/prepared/prepared-programs.ts";
import type { Invocation } from "../../framework/command.ts";
import { inlineExecutor } from "../../framework/executors.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { createOutboundClient } from "../../framework/outbound.ts";
import { painter, printable, writeStdout } from "../../framework/output.ts";
import { preparedPrograms } from "../../framework/prepared-programs.ts";
import { createTaskConsole } from "../../framework/task-console.ts";
import { taskPath } from "../../framework/task-paths.ts";
import type { ReplayOptions } from "./options.ts";

/** Replays a recording and returns the exit code. */
export async function runReplay(options: ReplayOptions, context: Invocation): Promise<number> {
  const { values: config } = await context.config();
  const executor = await inlineExecutor(options.engine);
  const taskConsole = createTaskConsole(options["log-level"] ?? config["logging.level"], context.errorFormat);
  const recording = await readRecording(options.recording);
  const engine = options.engine ?? recordedEngine(recording);
  const task = await recordedTask(options, recording, preparedPrograms(options, config));
  taskConsole.warn(task.warnings);
  const client = options.live ? createOutboundClient(config) : undefined;
  const { replay, result, isDurable } = await replayRecording({
    recording,
    task,
    executor,
    engine,
    ...defined({ live: client?.send }),
    onLog: taskConsole.onLog,
    onProgress: taskConsole.onProgress,
  });
  await client?.stop();
  if (isDurable) throw withoutJournal(recording);
  const comparison = replay.compare(result);
  const changed = (await task.checksum()) !== recording.environment.task.checksum;
  writeStdout(options.json ? jsonText(comparison, recording, changed) : peopleText(comparison, recording, changed));
  return comparison.equal ? EXIT.done : EXIT.failed;
}

/** A recording has what a task reads from outside, but not what other tasks, people and time have brought to a durable run. */
function withoutJournal({ folder, environment: { task } }: Recording): RatchetError {
  const message = `${folder} is of a run of "${task.label}" that uses durable methods, such as context.sleep, and can't be replayed.`;
  return new RatchetError("RECORDING_INVALID", message, {
    remedy: "Test it with mocks: `ratchet help durable` shows how.",
  });
}

/**
 * Finds the recorded task, in a collection by its label.
 * @throws {RatchetError} RECORDING_INVALID when it is another one
 */
async function recordedTask(
  options: ReplayOptions,
  recording: Recording,
  prepared: PreparedPrograms | undefined,
): Promise<TaskDefinition> {
  const path = taskPath("replay", options.path, options["from-fs"]);
  const { label, uuid } = recording.environment.task;
  const chosen = options.task ?? ((await loadCollection(path)).isCollection ? label : undefined);
  const task = await loadTask(path, { prepared, ...defined({ label: chosen }) });
  if (task.metadata.uuid === uuid) return task;
  throw new RatchetError(
    "RECORDING_INVALID",
    `${recording.folder} is a recording of the task "${label}" (${uuid}), not of "${task.metadata.label}".`,
    { remedy: "Name the task that was recorded." },
  );
}

/**
 * Returns the name of the engine of a recording.
 * @throws {RatchetError} RECORDING_INVALID if this build does not have it
 */
function recordedEngine({ folder, environment }: Recording): string {
  const names: readonly string[] = ENGINE_NAMES;
  if (names.includes(environment.engine)) return environment.engine;
  const message = `${folder} was recorded with the engine ${JSON.stringify(environment.engine)}, which does not exist here.`;
  throw new RatchetError("RECORDING_INVALID", message, {
    remedy: `Choose one of these with --engine: ${names.join(", ")}.`,
  });
}

function jsonText({ equal, differences }: ReplayComparison, recording: Recording, taskChanged: boolean): string {
  return `${JSON.stringify({ equal, differences, recording: recording.folder, taskChanged })}\n`;
}

function peopleText({ equal, differences }: ReplayComparison, recording: Recording, taskChanged: boolean): string {
  const paint = painter("stdout");
  const note = taskChanged ? " The task has changed since it was recorded." : "";
  if (equal) return `${paint("green", "equal")}  ${printable(recording.folder)}${note}\n`;
  const lines = differences.map((line) => `  ${paint("yellow", printable(line))}`);
  return `${paint("red", "different")}  ${printable(recording.folder)}${note}\n${lines.join("\n")}\n`;
}
