import type { Program } from "../../../domain/task.ts";
import type { Turns } from "../../engine/turns.ts";
import type { CryptoGate } from "../host/cryptography/crypto-gate.ts";
import type { PartReader } from "../host/part-files.ts";
import type { FrameReader } from "../host/task-frames.ts";
import type { Sleeping } from "../sleeping.ts";
import type { ThreadTime } from "./thread-time.ts";

/** What all executions of one thread share. */
export interface RunThread {
  gate: CryptoGate;
  time: ThreadTime;
  frames: (program: Program) => FrameReader;
  /** Long outputs are created in memory that all threads share. */
  sharesOutputs: boolean;
  /** Reads the parts of the guest API that are loaded when they are used. */
  parts: PartReader;
  /** What guests are put to sleep with. @default they stay awake */
  sleeping?: () => Sleeping;
  /** Absent if no other guest waits for the thread. */
  turns?: Turns;
}
