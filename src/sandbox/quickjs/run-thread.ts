import type { Program } from "../../domain/task.ts";
import type { CryptoGate } from "./crypto-gate.ts";
import type { FrameReader } from "./task-frames.ts";
import type { ThreadTime } from "./thread-time.ts";

/** What the executions of one thread share. */
export interface RunThread {
  gate: CryptoGate;
  time: ThreadTime;
  frames: (program: Program) => FrameReader;
}
