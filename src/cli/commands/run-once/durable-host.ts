import type { ConfigValues } from "../../../config/keys.ts";
import { readText } from "../../../domain/shared-text.ts";
import { withReason } from "../../../execution/durable/memory/memory-host.ts";
import type { RunSession } from "../../../execution/durable/memory/run-session.ts";
import type { ReadRows } from "../../../execution/durable/memory/run-surroundings.ts";
import type { ExecuteRequest, ExecuteResult } from "../../../execution/execute.ts";
import { defined } from "../../../lib/defined.ts";
import { dieBySignal, type EndSignal } from "../../framework/interrupt.ts";
import { stdoutFailure } from "../../framework/output.ts";
import { outputFilePath, unwritable } from "../../framework/output-file.ts";
import type { TaskConsole } from "../../framework/task-console.ts";
import type { GivenAnswers } from "./durable-options.ts";
import { createItemPrinter, type ItemPrinter } from "./item-printer.ts";
import type { RunOnceOptions } from "./options.ts";
import { createProcessHost } from "./process-host.ts";

/** What a run has around it that may use durable methods. */
export interface DurableSurroundings {
  options: RunOnceOptions;
  config: ConfigValues;
  taskConsole: TaskConsole;
  /** What the options answer. */
  answers: GivenAnswers;
  /** Reads the rows of its input. @default its input is not a stream */
  readRows?: ReadRows | undefined;
  request: ExecuteRequest;
}

/** The host of a run in this process. */
export interface RunHost {
  /** Opens the session of the run. */
  open(): RunSession;
  /** The run has ended. @throws {Error} if its items could not be written */
  ended(result: ExecuteResult): Promise<ExecuteResult>;
  /** The process is asked to end: cancels the run and all children gracefully. */
  interrupt(signal: EndSignal): void;
  /** Was the process asked to end? */
  isInterrupted(): boolean;
  /** Were its items printed, or has it a stream without items and returned nothing? */
  isPrinted(result: ExecuteResult): boolean;
  /** Resolves when all children have ended. */
  settled(): Promise<void>;
}

/** Creates the host. */
export function createRunHost(surroundings: DurableSurroundings): RunHost {
  const { options, config, taskConsole, request, answers } = surroundings;
  const { task } = request;
  const called = new Set<string>();
  let session: RunSession | undefined;
  let interrupted: EndSignal | undefined;
  let printer: ItemPrinter | undefined;
  const { executor, http, engine, timeZone } = request;
  const children = { executor, http, ...defined({ engine, timeZone }) };
  const host = createProcessHost({
    path: options["from-fs"],
    options,
    config,
    taskConsole,
    answers,
    children: async () => children,
  });
  const printerOf = () => {
    printer ??= createItemPrinter({
      path: outputFilePath(options.output),
      raw: options.raw,
      onFailure: () => session?.cancel(),
    });
    return printer;
  };

  return {
    open() {
      session = host.open(task, {
        onItem: (...item) => printerOf().onItem(...item),
        onCall: (label) => called.add(label),
        readRows: surroundings.readRows,
      });
      if (interrupted !== undefined) session.cancel();
      return session;
    },
    async ended(result) {
      await printer?.finish();
      if (interrupted !== undefined) {
        printer?.discard();
        await host.settled();
        dieBySignal(interrupted);
      }
      const ended = printer === undefined ? result : withItems(result, printer, outputFilePath(options.output));
      return withReason(withCalled(ended, called));
    },
    isInterrupted: () => interrupted !== undefined,
    isPrinted: (result) =>
      printer !== undefined ||
      (session?.hasStream() === true && result.status === "completed" && readText(result.outputJson) === "null"),
    interrupt(signal) {
      interrupted = signal;
      session?.cancel();
      host.cancelAll();
    },
    settled: host.settled,
  };
}

/** Adds the tasks that were called to what an execution has touched. */
function withCalled(result: ExecuteResult, called: ReadonlySet<string>): ExecuteResult {
  if (called.size === 0) return result;
  const { tasks = [], origins = [], secrets = [] } = result.touched ?? {};
  return { ...result, touched: { origins, secrets, tasks: [...tasks, ...called] } };
}

/** A stream whose reader has gone away ends the process. */
function withItems(result: ExecuteResult, printer: ItemPrinter, path: string | undefined): ExecuteResult {
  const broken = printer.broken();
  if (broken !== undefined || result.status === "failed") printer.discard();
  if (broken !== undefined) throw path === undefined ? stdoutFailure(broken) : unwritable(path, broken);
  if (result.status !== "failed") printer.commit();
  return result;
}
