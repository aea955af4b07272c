import type { RatchetError } from "../../../domain/errors.ts";
import type { JsonValue } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";
import { painter } from "../../framework/output.ts";
import { cells, table } from "../../framework/table.ts";
import { type OptionSchema, propertiesOf } from "../run/schema-lookup.ts";
import { roundedMs } from "./line-run.ts";
import type { Result } from "./pump-options.ts";

/** Gives results another form than lines of JSON. */
export interface ResultShape {
  /** Returns what is written for a result. */
  line: (result: Result) => string;
  /** Returns what is written at the end. */
  end: () => string;
  /** Describes what the table could not hold; undefined if there was nothing. */
  leftOut: () => string | undefined;
}

/** What a shape needs to know. */
export interface ShapeOptions {
  /** The task's output schema. */
  schema: OptionSchema;
  /** Rows carry the number of their line, and failed lines have a row. */
  envelope: boolean;
  /** The output continues one that has its header already. */
  isContinued: boolean;
  onFailed: (error: RatchetError, line: number) => void;
}

/** The column of an output that is not an object. */
const SINGLE = "value";
/** Rows from which the widths of a table are taken. */
const TABLE_ROWS = 10_000;

/** Writes nothing for results, and reports failed lines. */
export function silentShape({ onFailed }: Pick<ShapeOptions, "onFailed">): ResultShape {
  return {
    line: ({ error, line }) => {
      if (error !== undefined) onFailed(error, line);
      return "";
    },
    end: () => "",
    leftOut: () => undefined,
  };
}

/**
 * Writes CSV as RFC 4180 describes it, with a header from the output schema or, without one, from the first row.
 * Objects and lists are written as JSON.
 */
export function csvShape(options: ShapeOptions): ResultShape {
  const rows = createRows(options);
  // A line with nothing on it would be a blank line instead of a row.
  const csvLine = (fields: readonly string[]) =>
    fields.length === 1 && fields[0] === "" ? '""\n' : `${fields.map(csvField).join(",")}\n`;
  let hasHeader = options.isContinued;
  const header = (): string => {
    if (hasHeader) return "";
    hasHeader = true;
    return csvLine(rows.names());
  };
  return {
    line: (result) => {
      const row = rows.row(result);
      return row === undefined ? "" : header() + csvLine(row);
    },
    // Programs that read the output find its columns even if there is no row.
    end: () => (rows.hasColumns() ? header() : ""),
    leftOut: rows.leftOut,
  };
}

/** Writes a table for people. Its widths come from the first rows, so it is written in pieces. */
export function tableShape(options: ShapeOptions): ResultShape {
  const rows = createRows(options);
  const paint = painter("stdout");
  let waiting: string[][] = [];
  let isFirst = true;
  const flush = () => {
    if (waiting.length === 0) return "";
    const text = table(rows.names(), waiting, paint);
    waiting = [];
    const shown = isFirst ? text : text.slice(text.indexOf("\n") + 1);
    isFirst = false;
    return shown;
  };
  return {
    line: (result) => {
      const row = rows.row(result);
      if (row !== undefined) waiting.push(row);
      return waiting.length >= TABLE_ROWS ? flush() : "";
    },
    end: flush,
    leftOut: rows.leftOut,
  };
}

/** Turns results into the fields of rows. */
interface Rows {
  names: () => string[];
  hasColumns: () => boolean;
  /** Returns the fields for a result; undefined if it has no row. */
  row: (result: Result) => string[] | undefined;
  leftOut: () => string | undefined;
}

function createRows({ schema, envelope, onFailed }: ShapeOptions): Rows {
  let columns: string[] | undefined;
  const unknown = new Set<string>();
  let rowsWithUnknown = 0;
  const fromSchema = [...propertiesOf(schema).keys()];
  if (fromSchema.length > 0) columns = fromSchema;
  const fieldsOf = (output: JsonValue): string[] => {
    const members = isObject(output) ? output : { [SINGLE]: output };
    columns ??= Object.keys(members);
    const known = columns;
    const others = Object.keys(members).filter((name) => !known.includes(name));
    if (others.length > 0) rowsWithUnknown++;
    for (const name of others) unknown.add(name);
    return cells(known.map((name) => (Object.hasOwn(members, name) ? members[name] : undefined)));
  };
  const wrap = (result: Result, fields: readonly string[]): string[] => {
    const { line, ok, error, durationMs = 0 } = result;
    const message = error === undefined ? "" : `${error.code}: ${error.message}`;
    return [String(line), String(ok), ...fields, message, String(roundedMs(durationMs))];
  };
  return {
    names: () => (envelope ? ["line", "ok", ...(columns ?? []), "error", "durationMs"] : [...(columns ?? [])]),
    hasColumns: () => columns !== undefined,
    row: (result) => {
      const { error, line } = result;
      if (error === undefined) {
        const fields = fieldsOf(JSON.parse(result.text) as JsonValue);
        return envelope ? wrap(result, fields) : fields;
      }
      if (envelope && columns !== undefined)
        return wrap(
          result,
          columns.map(() => ""),
        );
      onFailed(error, line);
      return undefined;
    },
    leftOut: () => {
      if (unknown.size === 0) return undefined;
      const names = [...unknown].slice(0, 10).join(", ");
      const more = unknown.size > 10 ? `, and ${unknown.size - 10} more` : "";
      return `${rowsWithUnknown === 1 ? "1 row" : `${rowsWithUnknown} rows`} had values without a column: ${names}${more}`;
    },
  };
}

/** Puts a field in quotes if it needs them. */
function csvField(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
