import type { Program, ProgramPlaces } from "./task.ts";

/**
 * A program in the form for other threads. A flat object of strings is passed without copying. In nested objects the
 * strings are copied: 13 MB took 450 ms instead of 1. The texts of the task's files are not passed.
 */
export interface FlatProgram {
  id: string;
  code: string;
  fileName: string;
  mappings: string | undefined;
  /** JSON of the other members of `places`. */
  places: string | undefined;
}

export function flattenProgram({ id, code, fileName, places }: Program): FlatProgram {
  const { mappings, ...others } = places ?? { mappings: undefined };
  return { id, code, fileName, mappings, places: places === undefined ? undefined : JSON.stringify(others) };
}

/** Restores the program from {@link flattenProgram}, without its texts. */
export function programFromFlat({ id, code, fileName, mappings, places }: FlatProgram): Program {
  if (places === undefined) return { id, code, fileName };
  const others = JSON.parse(places) as Omit<ProgramPlaces, "mappings">;
  const all: ProgramPlaces = others;
  if (mappings !== undefined) all.mappings = mappings;
  return { id, code, fileName, places: all };
}
