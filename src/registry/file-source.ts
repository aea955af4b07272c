import { statSync } from "node:fs";
import { RatchetError } from "../domain/errors.ts";
import { defined } from "../lib/defined.ts";
import { isMissing, unreadable } from "../task/directory.ts";
import { type PlaceMemory, placeEntries } from "./place-entries.ts";
import { type Source, type SourceContent, SourceMissing } from "./source.ts";
import type { SourceDefinition, SourceKind } from "./source-definition.ts";
import { watchPlace } from "./watch-place.ts";

/** Creates a source for a local folder or .zip. @param optional the path may be missing, as for the default source */
export function createFileSource(definition: SourceDefinition, path: string, optional: boolean): Source {
  let memory: PlaceMemory = new Map();
  let last: SourceContent | undefined;
  const empty = (kind: SourceKind): SourceContent => ({ kind, revision: null, entries: [], problems: [] });
  return {
    definition,
    remote: false,
    async scan() {
      const state = stateOf(path);
      if (state === "missing") {
        memory = new Map();
        if (optional) return empty("directory");
        throw new SourceMissing(`${path} does not exist`);
      }
      try {
        const found = await placeEntries(path, memory);
        const { kind, entries, problems } = found;
        const same = sameMembers(memory, found.memory) && last?.kind === kind;
        memory = found.memory;
        // Returning the same object means that nothing has changed.
        if (!same || last === undefined) last = { kind, revision: null, entries, problems };
        return last;
      } catch (error) {
        // A folder without tasks may get them later.
        if (state === "directory" && error instanceof RatchetError && error.code === "TASK_NOT_FOUND") {
          memory = new Map();
          return empty("directory");
        }
        throw error;
      }
    },
    ...defined({ watch: definition.watch ? (onChange: () => void) => watchPlace(path, onChange) : undefined }),
  };
}

function sameMembers(a: PlaceMemory, b: PlaceMemory): boolean {
  return a.size === b.size && [...a].every(([origin, member]) => b.get(origin) === member);
}

function stateOf(path: string): "missing" | "directory" | "file" {
  try {
    return statSync(path).isDirectory() ? "directory" : "file";
  } catch (error) {
    if (isMissing(error)) return "missing";
    throw unreadable(path, error);
  }
}
