import { UTC } from "../../src/domain/time-zone.ts";
import type { EngineRequest, EngineResult, ExecutionPort } from "../../src/sandbox/engine/engine-request.ts";
import { linkSocket } from "../../src/sandbox/engine/socket-port.ts";
import { createCryptoGate } from "../../src/sandbox/quickjs/host/cryptography/crypto-gate.ts";
import { partReader } from "../../src/sandbox/quickjs/host/part-files.ts";
import { frameReader } from "../../src/sandbox/quickjs/host/task-frames.ts";
import type { MachineImage } from "../../src/sandbox/quickjs/machine/image.ts";
import type { Machine } from "../../src/sandbox/quickjs/machine/machine.ts";
import { GuestRun } from "../../src/sandbox/quickjs/run/guest-run.ts";
import { createThreadTime } from "../../src/sandbox/quickjs/run/thread-time.ts";
import { echo, type Given, requestFor } from "../conformance/request.ts";

/** A request as the engine takes it. */
export function engineRequestFor(code: string, given: Given = {}): EngineRequest {
  const {
    program,
    inputJson,
    context,
    limits,
    throwHttpErrors,
    replay,
    fixed,
    timeZone = UTC,
  } = requestFor(code, given);
  const throws = throwHttpErrors === true;
  return { program, inputJson, context, limits, throwHttpErrors: throws, record: false, replay, fixed, timeZone };
}

/** A port that answers fetches as {@link echo} does and keeps quiet otherwise. */
export function portWith(more: Partial<ExecutionPort> = {}): ExecutionPort {
  return {
    fetch: echo,
    openSocket: (opening, owner) => linkSocket(echo, opening, owner),
    log: () => {},
    progress: () => {},
    cancelled: () => false,
    onCancel: () => () => {},
    waits: () => {},
    resumes: () => {},
    useMemory: () => undefined,
    takeMemory: () => {},
    secretRead: () => {},
    ...more,
  };
}

/** Runs a program on this very machine, from this image. */
export async function runOn(
  machine: Machine,
  image: MachineImage,
  code: string,
  options: { given?: Given; port?: Partial<ExecutionPort>; loaded?: boolean; onLoaded?: () => void } = {},
): Promise<EngineResult & { broken: boolean }> {
  const request = engineRequestFor(code, options.given);
  machine.reset(image, request.limits.stackBytes);
  const thread = {
    gate: createCryptoGate(),
    time: createThreadTime(),
    frames: frameReader,
    sharesOutputs: false,
    parts: partReader(),
  };
  const run = new GuestRun({ machine, image, request, port: portWith(options.port), thread });
  const { loaded = false, onLoaded } = options;
  const result = await run.run(
    loaded ? undefined : { compile: false, onLoaded: (shareable) => shareable && onLoaded?.() },
  );
  return { ...result, broken: run.broken };
}
