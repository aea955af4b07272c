import { NO_USAGE } from "../../domain/execution.ts";
import { programFromFlat } from "../../domain/flat-program.ts";
import { HttpFailure, type HttpResponse } from "../../domain/http.ts";
import type { Program } from "../../domain/task.ts";
import type { EngineResult, ExecutionPort } from "../engine/engine-request.ts";
import { createTurns } from "../engine/turns.ts";
import { createEngine, type Engine } from "../quickjs/engine.ts";
import { memoryAllowance, memoryStop } from "../quickjs/host/host-memory.ts";
import { createPresentMemory } from "../quickjs/machine/present-memory.ts";
import { type AccountShare, guestShare } from "./budget.ts";
import {
  accountPlace,
  BUSY,
  creditFor,
  type FromWorker,
  type LargeProgram,
  LOG_CREDIT,
  packBatch,
  type RunMessage,
  STATE,
  type ToWorker,
  unpackBatch,
  type WorkerSetup,
} from "./protocol.ts";

/** An execution this thread carries. */
interface Run {
  message: RunMessage;
  account: AccountShare;
  cancel: (() => void) | undefined;
  calls: Map<number, { resolve: (response: HttpResponse) => void; reject: (error: unknown) => void }>;
  lastCall: number;
}

/** Messages gathered before they are posted, unless the thread has nothing more to do. */
const BATCH = 16;
const scope = globalThis as unknown as Worker;

scope.onmessage = (event: MessageEvent<WorkerSetup>) => {
  const thread = createThread(event.data);
  scope.onmessage = ({ data }: MessageEvent<ToWorker[] | string | LargeProgram>) => {
    if (typeof data === "object" && "code" in data) thread.know(programFromFlat(data));
    else thread.receive(unpackBatch(data));
  };
};

/** The thread's side of the pool: starts executions one after the other, going on when one ends or waits. */
function createThread(setup: WorkerSetup): {
  receive: (messages: ToWorker[]) => void;
  know: (program: Program) => void;
} {
  const turns = createTurns();
  const engine: Engine = createEngine(setup.assets, { turns, createPresentMemory });
  const state = new Int32Array(setup.shared);
  const programs = new Map<string, Program>();
  const runs = new Map<number, Run>();
  const waiting: RunMessage[] = [];
  let outbox: FromWorker[] = [];
  let pumping = false;
  let credit = LOG_CREDIT;
  const outOfCredit: (() => void)[] = [];

  const post = (message: FromWorker) => {
    outbox.push(message);
    if (outbox.length >= BATCH) flush();
    else if (outbox.length === 1 && !pumping) setImmediate(flush);
  };
  const flush = () => {
    if (outbox.length === 0) return;
    const batch = outbox;
    outbox = [];
    const { data, move } = packBatch(batch);
    scope.postMessage(data, move);
  };

  /** What writes to its console waits when too much of all consoles was not taken yet. */
  const spend = (size: number) => {
    credit -= size;
    if (credit >= 0) return undefined;
    flush();
    return new Promise<void>((resolve) => outOfCredit.push(resolve));
  };

  function takeCredit(size: number): void {
    credit += size;
    while (credit >= 0) {
      const resolve = outOfCredit.shift();
      if (resolve === undefined) return;
      resolve();
    }
  }

  async function pump(): Promise<void> {
    if (pumping) return;
    pumping = true;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const message = next;
      await new Promise<void>((release) => start(message, release));
    }
    pumping = false;
    flush();
  }

  function start(message: RunMessage, release: () => void): void {
    const { id, slot } = message;
    if (Atomics.compareExchange(state, slot, STATE.inLine, STATE.begun) === STATE.withdrawn) {
      post({ type: "skipped", id });
      return release();
    }
    const place = accountPlace(state, slot);
    const account = guestShare(setup.budget, place, memoryAllowance(message.request.limits));
    const run: Run = { message, account, cancel: undefined, calls: new Map(), lastCall: 0 };
    runs.set(id, run);
    Atomics.store(state, BUSY, id);
    let waited = false;
    const started = performance.now();
    const port: ExecutionPort = {
      fetch: (request, signal) => {
        const call = ++run.lastCall;
        post({ type: "fetch", id, call, request });
        signal.addEventListener("abort", () => {
          if (run.calls.delete(call)) settle.reject(new HttpFailure("aborted", "the request was aborted"));
          post({ type: "abort", id, call });
          flush();
        });
        const settle = Promise.withResolvers<HttpResponse>();
        run.calls.set(call, settle);
        return settle.promise;
      },
      log: (entry) => {
        post({ type: "log", id, entry });
        return spend(creditFor(entry.message));
      },
      progress: (json) => {
        post({ type: "progress", id, json });
        return spend(creditFor(json));
      },
      cancelled: () => {
        // The one moment in a long computation when the host's code runs: let nothing gathered wait for its end.
        flush();
        return Atomics.load(state, slot) === STATE.cancelled;
      },
      onCancel: (callback) => {
        run.cancel = callback;
        return () => {
          run.cancel = undefined;
        };
      },
      resumes: () => {
        Atomics.compareExchange(state, slot, STATE.waiting, STATE.begun);
      },
      waits: () => {
        Atomics.compareExchange(state, slot, STATE.begun, STATE.waiting);
        if (waited) return;
        waited = true;
        Atomics.store(state, BUSY, 0);
        post({ type: "waits", id, busyMs: performance.now() - started });
        flush();
        release();
      },
      useMemory: (bytes) => account.use(bytes),
      takeMemory: (bytes) => account.take(bytes),
    };
    void execute(message, port).then((result) => {
      runs.delete(id);
      if (!waited) Atomics.store(state, BUSY, 0);
      post({ type: "done", id, result });
      if (waited) flush();
      release();
    });
  }

  async function execute({ request }: RunMessage, port: ExecutionPort): Promise<EngineResult> {
    const known = programs.get(request.programId);
    if (known === undefined) {
      const message = `the Worker was not given program ${request.programId}`;
      return { failure: { code: "INTERNAL", message, data: {} }, usage: NO_USAGE };
    }
    return engine.execute({ ...request, program: known }, port);
  }

  function receive(messages: ToWorker[]): void {
    turns.begin();
    for (const message of messages) {
      switch (message.type) {
        case "run":
          // Kept also when it is withdrawn: the pool sends each program once.
          if (message.program !== undefined) programs.set(message.program.id, message.program);
          waiting.push(message);
          break;
        case "forget":
          programs.delete(message.programId);
          break;
        case "cancel":
          runs.get(message.id)?.cancel?.();
          break;
        case "answer":
          runs.get(message.id)?.account.adopt(message.units);
          takeCall(message)?.resolve(message.response);
          break;
        case "credit":
          takeCredit(message.size);
          break;
        case "no-room": {
          const limits = runs.get(message.id)?.message.request.limits;
          if (limits !== undefined) takeCall(message)?.reject(memoryStop(message.refusal, limits));
          break;
        }
        case "failure":
          takeCall(message)?.reject(new HttpFailure(message.kind, message.message, { code: message.code }));
          break;
      }
    }
    void pump();
  }

  function takeCall({ id, call }: { id: number; call: number }) {
    const calls = runs.get(id)?.calls;
    const settle = calls?.get(call);
    calls?.delete(call);
    return settle;
  }

  return { receive, know: (program) => programs.set(program.id, program) };
}
