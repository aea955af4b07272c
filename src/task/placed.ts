import type { Problem } from "../domain/problem.ts";
import type { TaskFiles } from "./task-files.ts";

/** Gives the problems of a file that is written in another one, the program, their places there. */
export function placed(files: TaskFiles, path: string, problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => {
    const place = files.placeOf?.(path, problem.pointer ?? "");
    return place === undefined ? problem : { ...problem, ...place };
  });
}
