import { existsSync, mkdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { RatchetError } from "../../../domain/errors.ts";
import { readRecording } from "../../../execution/recording/read-recording.ts";
import type { Recording } from "../../../execution/recording/recorded-session.ts";
import { recordedTest } from "../../../execution/recording/recorded-test.ts";
import { type LoadedCollection, loadCollection, loadTask } from "../../../task/load.ts";
import { writeAll } from "../../framework/output.ts";
import { openOutputFile, unwritable } from "../../framework/output-file.ts";

/** What a recording became. */
export interface RecordedTestFile {
  /** The recorded task, with the new test. */
  collection: LoadedCollection;
  /** Name of the test: that of its file without `.json`. */
  name: string;
  file: string;
}

/**
 * Writes a recording as a test of its task.
 * @param options.name of the test. @default `recorded-DATE-TIME`
 * @throws {RatchetError} RECORDING_INVALID; USAGE if there is such a file; ENVIRONMENT
 */
export async function testFromRecording(
  path: string,
  options: { dir: string; task: string | undefined; name: string | undefined },
): Promise<RecordedTestFile> {
  const recording = await readRecording(options.dir);
  const { label, uuid } = recording.environment.task;
  const chosen = options.task ?? ((await loadCollection(path)).isCollection ? label : undefined);
  const load = () => loadTask(path, chosen === undefined ? {} : { label: chosen });
  const task = await load();
  if (task.metadata.uuid !== uuid) {
    const message = `${recording.folder} is a recording of the task "${label}" (${uuid}), not of "${task.metadata.label}".`;
    throw new RatchetError("RECORDING_INVALID", message, { remedy: "Name the task that was recorded." });
  }
  const name = options.name ?? usualName(recording);
  const file = join(task.origin, "tests", `${name}.json`);
  write(task.origin, file, `${JSON.stringify(recordedTest(recording), null, 2)}\n`);
  return { collection: { origin: path, isCollection: false, tasks: [await load()], problems: [] }, name, file };
}

function usualName({ folder }: Recording): string {
  return basename(folder)
    .replace(/^ratchet_session_/, "recorded-")
    .replaceAll("_", "-");
}

function write(origin: string, file: string, text: string): void {
  if (statSync(origin, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new RatchetError("USAGE", `test: ${origin} is not a folder, so no test can be added to it.`, {
      remedy: "Unpack it first.",
    });
  }
  if (existsSync(file)) {
    throw new RatchetError("USAGE", `test: ${file} exists already.`, {
      remedy: "Choose another name with --name, or delete the file.",
    });
  }
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (error) {
    throw unwritable(file, error);
  }
  const output = openOutputFile(file);
  try {
    writeAll(output.descriptor, text);
  } catch (error) {
    output.discard();
    throw unwritable(file, error);
  }
  output.commit();
}
