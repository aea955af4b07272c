import { type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname, resolve, sep } from "node:path";
import { RatchetError } from "../../../domain/errors.ts";
import { systemErrorText } from "../../../lib/system-error.ts";

/** Watches files until it is stopped. */
export interface FileWatch {
  /** Resolves after the first change, when no more follow it: editors write a file in several steps. */
  next(): Promise<void>;
  stop(): void;
}

const QUIET_MS = 50;
/** Files that the program of a task may consist of. Others in its folder may be results of its runs. */
const PROGRAM_FILE = /\.(?:[cm]?[jt]sx?|json|zip|txt|md|html|xml|csv|sql|graphql|ya?ml)$/;

/**
 * Watches a folder with its subfolders. Hidden files are left out.
 * @param results files and folders that the runs write, which are left out too
 */
export function watchFolder(folder: string, results: readonly string[]): FileWatch {
  return start((onChange) => [
    watch(folder, { recursive: true }, (_event, name) => {
      if (name === null || isPart(folder, name, results)) onChange();
    }),
  ]);
}

/** Watches the folders of files, without their subfolders. @param results see {@link watchFolder} */
export function watchFoldersOf(paths: readonly string[], results: readonly string[]): FileWatch {
  const folders = new Set(paths.map((path) => resolve(dirname(path))));
  return start((onChange) =>
    [...folders]
      .filter((folder) => statSync(folder, { throwIfNoEntry: false })?.isDirectory())
      .map((folder) =>
        watch(folder, (_event, name) => {
          if (name === null || isPart(folder, name, results)) onChange();
        }),
      ),
  );
}

/** Tells whether a file may be a part of a task's program. */
function isPart(folder: string, name: string, results: readonly string[]): boolean {
  const isHidden = name.split(/[\\/]/).some((part) => part.startsWith("."));
  const path = resolve(folder, name);
  const isResult = results.some((one) => path === resolve(one) || path.startsWith(resolve(one) + sep));
  return !isHidden && !isResult && PROGRAM_FILE.test(name);
}

/** Watches single files. One that is replaced is a new file of the same name, which only its folder reports. */
export function watchNamedFiles(paths: readonly string[]): FileWatch {
  return start((onChange) =>
    [...new Set(paths.map((path) => dirname(path)))].map((folder) => {
      const names = new Set(paths.filter((path) => dirname(path) === folder).map((path) => basename(path)));
      return watch(folder, (_event, name) => {
        if (name === null || names.has(name)) onChange();
      });
    }),
  );
}

function start(open: (onChange: () => void) => FSWatcher[]): FileWatch {
  const change = Promise.withResolvers<void>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const onChange = () => {
    clearTimeout(timer);
    timer = setTimeout(change.resolve, QUIET_MS);
  };
  try {
    const watchers = open(onChange);
    return {
      next: () => change.promise,
      stop: () => {
        clearTimeout(timer);
        for (const one of watchers) one.close();
      },
    };
  } catch (error) {
    throw new RatchetError("ENVIRONMENT", `The files cannot be watched: ${systemErrorText(error)}.`, {
      remedy: "Check the path, or use `ratchet run`.",
      cause: error,
    });
  }
}
