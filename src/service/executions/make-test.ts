import { RatchetError } from "../../domain/errors.ts";
import type { ExecutionDetail } from "../../domain/execution-record.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { readText } from "../../domain/shared-text.ts";
import { timeText } from "../../lib/time-text.ts";
import { writeTestFile } from "./recorded-test-file.ts";
import { type RecordingSources, recordingFiles } from "./recordings.ts";

/** A test that was made from an execution. */
export interface MadeTest {
  /** Whether the file is in the folder of the task now. */
  written: boolean;
  /** Its path; null if it was not written. */
  path: string | null;
  /** The content of the file. */
  test: JsonObject;
  /** What the test lacks, one sentence each. */
  missing: string[];
}

/**
 * Makes a test of an execution, with mocks of what it called, and writes it into the folder of its task if that is possible.
 * Without a recording, the test has the input and the result.
 * @throws {RatchetError} ILLEGAL_TRANSITION if it has not ended by itself; CONFLICT if the task has a test of this name
 */
export async function makeTest(deps: RecordingSources, execution: ExecutionDetail, name: string): Promise<MadeTest> {
  const { id, status, taskId, version } = execution;
  if (status !== "completed" && status !== "failed") {
    throw new RatchetError("ILLEGAL_TRANSITION", `Execution ${id} is ${status}, so it has no result to expect.`, {
      data: { executionId: id, status },
      remedy: "Make a test of an execution that has completed or failed.",
    });
  }
  const { test, missing } = await testOf(deps, execution);
  const task = await deps.store.tasks.get(taskId);
  const text = `${JSON.stringify(test, null, 2)}\n`;
  const path =
    task === undefined ? undefined : await writeTestFile(deps.registry, { uuid: task.uuid, version }, name, text);
  return { written: path !== undefined, path: path ?? null, test, missing };
}

async function testOf(deps: RecordingSources, execution: ExecutionDetail): Promise<Pick<MadeTest, "test" | "missing">> {
  try {
    const files = await recordingFiles(deps, execution);
    const [{ recordingOfFiles }, { recordedTest }] = await Promise.all([
      import("../../execution/recording/recording-of-files.ts"),
      import("../../execution/recording/recorded-test.ts"),
    ]);
    return { test: recordedTest(recordingOfFiles(files)), missing: [] };
  } catch (error) {
    if (!(error instanceof RatchetError && error.code === "RECORDING_NOT_FOUND")) throw error;
    const why = error.message;
    return { test: testWithoutMocks(execution), missing: [`The test has no mocks and no clock. ${why}`] };
  }
}

function testWithoutMocks({ id, createdAt, inputJson, outputJson, error }: ExecutionDetail): JsonObject {
  const description = `From execution ${id} of ${timeText(createdAt)}.`;
  const input = JSON.parse(readText(inputJson)) as JsonValue;
  if (outputJson !== null) {
    return { description, input, expected_output: JSON.parse(readText(outputJson)) as JsonValue };
  }
  const { code = "TASK_FAILED", message = "", guest } = error ?? {};
  // A task's own error has a name, all others a code: as in recordedTest.
  const expected = guest === undefined ? `${code}: ${message}` : `${String(guest.name)}: ${String(guest.message)}`;
  return { description, input, expected_error: expected };
}
