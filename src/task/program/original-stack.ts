import { RatchetError } from "../../domain/errors.ts";
import type { GuestError } from "../../domain/guest-errors.ts";
import type { Program } from "../../domain/task.ts";

/**
 * An error of a program with the places of the task's own files in its message and stacks.
 * @returns the error itself when the program's lines are those of its source
 */
export async function withOriginalPlaces(program: Program, error: RatchetError): Promise<RatchetError> {
  if (program.sourceMap === undefined) return error;
  const { code, data, problems, remedy, guest, cause } = error;
  const message = await originalStack(program, error.message);
  return new RatchetError(code, message, {
    data,
    problems,
    cause,
    ...(remedy === undefined ? {} : { remedy }),
    ...(guest === undefined ? {} : { guest: await guestPlaces(program, guest) }),
  });
}

async function guestPlaces(program: Program, guest: GuestError): Promise<GuestError> {
  const { stack, cause } = guest;
  return {
    ...guest,
    ...(stack === undefined ? {} : { stack: await originalStack(program, stack) }),
    ...(cause === undefined ? {} : { cause: await guestPlaces(program, cause) }),
  };
}

/**
 * Turns the places in a guest's stack or message (`main.ts:12:5`) into those of the task's own files. Only needed after
 * a failure, so the reader of source maps is loaded here.
 * @returns the text as it is when the program's lines are those of its source
 */
export async function originalStack(program: Program, text: string): Promise<string> {
  const { fileName, sourceMap } = program;
  if (sourceMap === undefined || !text.includes(fileName)) return text;
  const { LEAST_UPPER_BOUND, originalPositionFor, TraceMap } = await import("@jridgewell/trace-mapping");
  const map = new TraceMap(sourceMap);
  const place = new RegExp(`(?<![\\w./-])${fileName.replace(".", "\\.")}:(\\d{1,9})(?::(\\d{1,9}))?`, "g");
  return text.replace(place, (whole: string, line: string, column: string | undefined) => {
    if (Number(line) < 1) return whole;
    // A line alone means its first place; columns of a source map begin with 0.
    const { source, ...found } =
      column === undefined
        ? originalPositionFor(map, { line: Number(line), column: 0, bias: LEAST_UPPER_BOUND })
        : originalPositionFor(map, { line: Number(line), column: Math.max(0, Number(column) - 1) });
    if (source === null) return whole;
    const end = column === undefined ? "" : `:${(found.column ?? 0) + 1}`;
    return `${source.replace(/^task[:/]/, "")}:${found.line}${end}`;
  });
}
