import { statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { RatchetError } from "../../../domain/errors.ts";
import { systemErrorText } from "../../../lib/system-error.ts";

/** Changes of files under a path. */
export interface FileChanges {
  /** Forgets the changes so far. */
  forget(): void;
  /** Resolves shortly after a change, when no more changes follow. Editors write a file in several steps. */
  next(): Promise<void>;
}

const QUIET_MS = 50;

/**
 * Watches files, and folders with all their subfolders.
 * @throws {RatchetError} ENVIRONMENT if the system can't watch the files
 */
export function watchFiles(paths: readonly string[]): FileChanges {
  let changed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waiting: (() => void) | undefined;
  const settle = () => {
    timer = undefined;
    changed = true;
    waiting?.();
  };
  const onChange = () => {
    clearTimeout(timer);
    timer = setTimeout(settle, QUIET_MS);
  };
  for (const path of paths) watchPath(path, onChange);
  return {
    forget: () => {
      changed = false;
    },
    next: async () => {
      if (!changed) {
        await new Promise<void>((resolve) => {
          waiting = resolve;
        });
      }
      waiting = undefined;
      changed = false;
    },
  };
}

function watchPath(path: string, onChange: () => void): void {
  try {
    if (statSync(path).isDirectory()) {
      watch(path, { recursive: true }, onChange);
    } else {
      // A file that is replaced is a new file with the same name, which only the folder reports.
      watch(dirname(path), (_event, name) => {
        if (name === null || name === basename(path)) onChange();
      });
    }
  } catch (error) {
    throw new RatchetError("ENVIRONMENT", `${path} cannot be watched: ${systemErrorText(error)}.`, {
      remedy: "Check the path, or run without --watch.",
      cause: error,
    });
  }
}
