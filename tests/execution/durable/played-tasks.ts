import { RatchetError } from "../../../src/domain/errors.ts";
import { NO_USAGE } from "../../../src/domain/execution.ts";
import type { JsonValue } from "../../../src/domain/json.ts";
import { RawJson } from "../../../src/domain/raw-json.ts";
import { readText } from "../../../src/domain/shared-text.ts";
import type { SchemaViolation, TaskDefinition, TaskMetadata } from "../../../src/domain/task.ts";
import { taskChildren } from "../../../src/execution/durable/memory/task-children.ts";
import type { ExecuteRequest, ExecuteResult } from "../../../src/execution/execute.ts";
import type { VirtualClock } from "../../support/virtual-clock.ts";
import { METADATA } from "./memory-session.ts";

/** A task that a test plays. */
export interface PlayedTask extends Partial<TaskMetadata> {
  label: string;
  /** Refuses inputs. */
  refuses?: (input: JsonValue) => boolean;
  /** Returns the output, or throws. It may wait for `cancelled`. */
  run: (input: JsonValue, attempt: number, cancelled: Promise<void>) => JsonValue | Promise<JsonValue>;
}

/** Children that a test plays, and what it sees of them. */
export function playedTasks(tasks: readonly PlayedTask[], clock: VirtualClock, depth = 1) {
  const seen: string[] = [];
  let running = 0;
  let most = 0;
  const definitions = tasks.map((task) => ({ task, definition: definitionOf(task) }));
  const children = taskChildren({
    clock,
    depth,
    retry: { maxRetries: 0, backoff: { baseMs: 1_000, factor: 2, maxMs: 60_000, jitter: 0 } },
    findTask: async (name, version) =>
      definitions.find(
        ({ definition: { metadata } }) =>
          (metadata.label === name || metadata.uuid === name) &&
          (version === undefined || metadata.version === version),
      )?.definition,
    // The played tasks need nothing of this.
    childRequest: async () => ({}) as Awaited<ReturnType<Parameters<typeof taskChildren>[0]["childRequest"]>>,
    onStart: () => {},
    run(request: ExecuteRequest) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const played = definitions.find(({ definition }) => definition === request.task)?.task;
      const input = JSON.parse(request.input instanceof RawJson ? readText(request.input.text) : "null");
      const { attempt = 1 } = request;
      const execute = async (): Promise<ExecuteResult> => {
        seen.push(`${played?.label} ${attempt}`);
        most = Math.max(most, ++running);
        try {
          const output = await played?.run(input, attempt, promise);
          return { status: "completed", outputJson: JSON.stringify(output), usage: NO_USAGE };
        } catch (error) {
          if (!(error instanceof RatchetError)) throw error;
          return { status: "failed", error, usage: NO_USAGE };
        } finally {
          running--;
        }
      };
      return {
        result: execute(),
        cancel() {
          seen.push(`${played?.label} cancelled`);
          resolve();
        },
      };
    },
  });
  return { children, seen, most: () => most };
}

function definitionOf({ label, refuses = () => false, run: _, ...metadata }: PlayedTask): TaskDefinition {
  const violation: SchemaViolation = { pointer: "", message: "is refused" };
  const unused = () => Promise.reject(new Error("not played"));
  return {
    metadata: { ...METADATA, uuid: crypto.randomUUID(), label, ...metadata },
    kind: "program",
    origin: label,
    warnings: [],
    checksum: unused,
    program: unused,
    programText: unused,
    readme: unused,
    schema: async () => undefined,
    inputValidator: async () => (value) => (refuses(value) ? [violation] : []),
    outputValidator: async () => () => [],
    tests: unused,
  };
}

/** The error that a played task throws. */
export function thrown(name: string, message: string, more: { code?: string; status?: number } = {}): RatchetError {
  return new RatchetError("TASK_FAILED", `${name}: ${message}`, { guest: { name, message, classes: [name], ...more } });
}
