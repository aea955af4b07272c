import type { Program } from "../../domain/task.ts";
import type { CryptoGate } from "./crypto-gate.ts";
import type { FrameReader } from "./task-frames.ts";
import type { ThreadTime } from "./thread-time.ts";
import type { Turns } from "./turns.ts";

/** What the executions of one thread share. */
export interface RunThread {
  gate: CryptoGate;
  time: ThreadTime;
  frames: (program: Program) => FrameReader;
  /** Absent where no other guest waits for the thread. */
  turns?: Turns;
}
