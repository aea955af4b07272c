import { closeSync, fstatSync, ftruncateSync, openSync } from "node:fs";
import { RatchetError } from "../../../domain/errors.ts";
import { checkStdout } from "../../framework/output.ts";
import { checkOutputPath, openOutputFile, outputFilePath, unwritable } from "../../framework/output-file.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { RunOnceOptions } from "./options.ts";

const STDOUT = 1;
/** A page. The system writes up to this much in one piece to a pipe, and nearly always to a file. */
const ONE_PIECE = 4_096;

/** The output of a stream. */
export interface StreamOutput {
  /** Undefined for standard output. */
  path: string | undefined;
  descriptor: number;
  /** Longest write, in bytes. */
  maxWriteBytes: number | undefined;
  /** Called when the stream has ended and is complete. */
  commit: () => void;
  /** Has no effect after a commit. */
  discard: () => void;
}

/**
 * Opens the output. Without a checkpoint, a file appears whole or not at all. With one, results stay in the file when the
 * run is interrupted, and the next run appends to it.
 * @throws {RatchetError} ENVIRONMENT; USAGE if the file lacks results of the checkpoint
 */
export function openStreamOutput(options: RunOnceOptions, checkpoint: Checkpoint | undefined): StreamOutput {
  const path = outputFilePath(options.output);
  const nothing = () => {};
  if (path === undefined) {
    if (!options["dry-run"]) checkStdout();
    const maxWriteBytes = checkpoint === undefined ? undefined : ONE_PIECE;
    return { path, descriptor: STDOUT, maxWriteBytes, commit: nothing, discard: nothing };
  }
  if (checkpoint !== undefined) return openAppended(path, checkpoint);
  const { descriptor, commit, discard } = openOutputFile(path);
  return { path, descriptor, maxWriteBytes: undefined, commit, discard };
}

/** Opens a file behind its finished results. What an interrupted run wrote after them is cut off, and comes again. */
function openAppended(path: string, { outputBytes }: Checkpoint): StreamOutput {
  checkOutputPath(path);
  let descriptor: number;
  try {
    descriptor = openSync(path, "a");
  } catch (error) {
    throw unwritable(path, error);
  }
  const stats = fstatSync(descriptor);
  if (stats.isFile()) {
    if (stats.size < outputBytes) {
      closeSync(descriptor);
      throw new RatchetError("USAGE", `${path} is shorter than its checkpoint says: results are missing.`, {
        remedy: "Restore the file, or delete it and the checkpoint to start from the beginning.",
      });
    }
    ftruncateSync(descriptor, outputBytes);
  }
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(descriptor);
    isOpen = false;
  };
  return { path, descriptor, maxWriteBytes: undefined, commit: close, discard: close };
}
