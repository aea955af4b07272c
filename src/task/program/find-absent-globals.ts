import type { Program as Script } from "acorn";
import type { Problem } from "../../domain/problem.ts";
import type { Program } from "../../domain/task.ts";
import { readMappings } from "../../lib/source-mappings.ts";
import { ABSENT_GLOBALS, ABSENT_PROCESS, type Absence } from "./absent-globals.ts";
import { type FreeName, freeNames } from "./free-names.ts";

/** Words without which nothing has to be looked for. */
const MENTION = new RegExp(`(?<![\\w$])(?:${[...Object.keys(ABSENT_GLOBALS), "process"].join("|")})(?![\\w$])`);

/** A place in one of the task's files. Lines and columns start at 1. */
interface Place {
  file: string;
  line: number;
  column: number;
}

/**
 * Finds globals that no task has where the task's own files use them. A file that asks whether a global exists
 * (`typeof window`) can do without it. Each global is reported once for a file. Packages are skipped: they often mention what
 * they do not need.
 * @param nameOf returns the name of a file to report
 */
export async function findAbsentGlobals(program: Program, nameOf: (path: string) => string): Promise<Problem[]> {
  const { code, fileName, places } = program;
  const texts = new Map((places?.files ?? [fileName]).map((file, at) => [file, program.texts?.()[at] ?? code]));
  const own = [...texts].filter(([file, text]) => file !== "" && !file.includes("node_modules/") && MENTION.test(text));
  if (own.length === 0) return [];
  const script = await parse(code);
  if (script === undefined) return [];
  const placeOf = placeFinder(program, texts);
  const uses = namesOf(script)
    .filter(({ name }) => name === "process" || Object.hasOwn(ABSENT_GLOBALS, name))
    .toSorted((a, b) => a.start - b.start)
    .flatMap((use) => {
      const place = placeOf(use);
      return place === undefined ? [] : [{ ...use, place }];
    });
  const asked = new Set(uses.filter(({ isQuestion }) => isQuestion).map(({ place, name }) => `${place.file} ${name}`));
  const problems = new Map<string, Problem>();
  for (const { name, members, place, isQuestion } of uses) {
    const found = isQuestion || asked.has(`${place.file} ${name}`) ? undefined : absenceOf(name, members);
    if (found === undefined) continue;
    const message = `${found.shown} is not available: ${found.reason}.`;
    const { line, column } = place;
    const problem: Problem = {
      severity: "warning",
      file: nameOf(place.file),
      line,
      column,
      message,
      remedy: found.remedy,
    };
    const key = `${place.file} ${found.shown}`;
    if (!problems.has(key)) problems.set(key, problem);
  }
  return [...problems.values()];
}

async function parse(code: string): Promise<Script | undefined> {
  const acorn = await import("acorn");
  for (const sourceType of ["script", "module"] as const) {
    try {
      return acorn.parse(code, { ecmaVersion: "latest", sourceType });
    } catch {
      // Another form, or syntax that acorn does not know.
    }
  }
  return undefined;
}

/** A program that is nested more deeply than the search can follow gets no hints. */
function namesOf(script: Script): FreeName[] {
  try {
    return freeNames(script);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function absenceOf(
  name: string,
  [member = "", variable]: readonly string[],
): (Absence & { shown: string }) | undefined {
  if (name === "process") {
    const absence = Object.hasOwn(ABSENT_PROCESS, member) ? ABSENT_PROCESS[member] : undefined;
    if (absence === undefined || (member === "env" && variable === "NODE_ENV")) return undefined;
    const shown = member === "env" && variable ? `process.env.${variable}` : `process.${member}`;
    return { ...absence, shown };
  }
  const absence = Object.hasOwn(ABSENT_GLOBALS, name) ? ABSENT_GLOBALS[name] : undefined;
  return absence && { ...absence, shown: name };
}

/**
 * Returns the function that finds a name's place in the task's own files; undefined for other code. Its calls have to be in the
 * order of the names, so that the lines of the code are counted only once.
 */
function placeFinder(
  { code, places }: Program,
  texts: ReadonlyMap<string, string>,
): (use: FreeName) => Place | undefined {
  const find = places?.mappings === undefined ? undefined : readMappings(places.mappings);
  const files = places?.files ?? [...texts.keys()];
  const lines = new Map<string, string[]>();
  let line = 0;
  let lineStart = 0;
  return ({ name, start }) => {
    for (let end = code.indexOf("\n", lineStart); end !== -1 && end < start; end = code.indexOf("\n", lineStart)) {
      line += 1;
      lineStart = end + 1;
    }
    const found = find === undefined ? { source: 0, line, column: start - lineStart } : find(line, start - lineStart);
    const file = found === undefined ? undefined : files[found.source];
    if (found === undefined || !file || file.includes("node_modules/")) return undefined;
    const ofFile = lines.get(file) ?? (texts.get(file) ?? "").split("\n");
    lines.set(file, ofFile);
    // A map knows where expressions begin, and the author's text may differ from the one that was bundled.
    const words = [...(ofFile[found.line] ?? "").matchAll(/[\w$]+/g)].filter(([word]) => word === name);
    const columns = words.map(({ index }) => index);
    const nearest = columns.toSorted((a, b) => Math.abs(a - found.column) - Math.abs(b - found.column))[0];
    return { file, line: found.line + 1, column: (nearest ?? found.column) + 1 };
  };
}
