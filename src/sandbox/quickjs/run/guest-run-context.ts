import type { EngineRequest, ExecutionPort } from "../../engine/engine-request.ts";
import type { MachineImage } from "../machine/image.ts";
import type { Machine } from "../machine/machine.ts";
import type { GuestAtRest } from "./guest-at-rest.ts";
import type { RunThread } from "./run-thread.ts";

/** What an execution runs on and with. */
export interface GuestRunContext {
  /** A machine that was just reset to the base image, or to its state after it loaded the program. */
  machine: Machine;
  /** The base image. */
  image: MachineImage;
  request: EngineRequest;
  port: ExecutionPort;
  thread: RunThread;
  /** What a guest that has slept goes on with: its machine was put back. */
  slept?: GuestAtRest | undefined;
}

/** How an execution loads its program. */
export interface ProgramLoading {
  /** Evaluate the engine's bytecode, and keep it for other executions. */
  compile: boolean;
  /** Called when the program is loaded. @param shareable other executions may start from there */
  onLoaded?: (shareable: boolean) => void;
}
