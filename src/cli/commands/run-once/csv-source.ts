import { type Options, Parser } from "csv-parse";
import { RatchetError } from "../../../domain/errors.ts";
import { messageOf } from "../../../domain/unknown-error.ts";
import { formatSize } from "../../../lib/size.ts";
import type { Line, LineSource } from "./line-source.ts";

/** The rows of a CSV file behind its header. */
export interface CsvSource extends LineSource {
  /** Names of the columns; empty before the header was read. */
  header(): readonly string[];
}

interface ParsedRow {
  record: string[];
  /** Number of blank lines so far. (Its number of lines counts a line break in quotes twice if it has two characters.) */
  info: { empty_lines: number };
}

/** A reader of CSV. */
interface CsvReader {
  readonly name: string;
  readonly maxSize: number;
  /** Created when the header line says what separates its fields. */
  parser: Parser | undefined;
  /** What was read before that. */
  head: string;
  readonly decoder: TextDecoder;
  header: readonly string[];
  /** Rows of the last chunk, and the index of the next one. */
  rows: Line[];
  at: number;
  /** Number of lines of all rows, and of blank ones. */
  rowLines: number;
  blankLines: number;
}

/** No chunk waits for the reader: all rows of a chunk are taken before the next one is read. */
const READ_ALL = 2 ** 30;

/** Characters in which the end of the header line is looked for. */
const LONGEST_HEADER = 1024 * 1024;
/** What can separate fields; the first one of these that the header has does. */
const SEPARATORS: readonly string[] = [",", ";", "\t"];

/**
 * Creates a source of rows, as RFC 4180 describes them: fields in quotes may have line breaks, lines end with LF or CRLF.
 * A byte order mark and blank lines are skipped. The first row has the names of the columns. If it has no comma, semicolons
 * or tabs separate the fields, as spreadsheets write them in many countries.
 * @param name of the input in messages
 * @param maxSize longest row, characters
 */
export function createCsvSource(name: string, maxSize: number): CsvSource {
  const reader: CsvReader = {
    name,
    maxSize,
    parser: undefined,
    head: "",
    decoder: new TextDecoder("utf-8", { fatal: true }),
    header: [],
    rows: [],
    at: 0,
    rowLines: 0,
    blankLines: 0,
  };
  return {
    header: () => reader.header,
    next: () => (reader.at < reader.rows.length ? reader.rows[reader.at++] : undefined),
    push: async (chunk) => {
      const text = afterHead(reader, decode(reader, chunk), false);
      if (text !== "") await parse(reader, (parser, done) => parser.write(text, done));
    },
    end: async () => {
      decode(reader, undefined);
      const text = afterHead(reader, "", true);
      if (text !== "") await parse(reader, (parser, done) => parser.write(text, done));
      await parse(reader, (parser, done) => parser.end(done));
    },
  };
}

/** Returns the text to parse: nothing while the header line is not complete, then all that was read. */
function afterHead(reader: CsvReader, text: string, isEnd: boolean): string {
  if (reader.parser !== undefined) return text;
  reader.head += text;
  const { separators, isComplete } = scanHeader(reader.head);
  if (!isComplete && !isEnd && reader.head.length < LONGEST_HEADER) return "";
  const delimiter = SEPARATORS.find((separator) => separators.has(separator)) ?? ",";
  reader.parser = createParser(delimiter, reader.maxSize);
  const { head } = reader;
  reader.head = "";
  return head;
}

/** Finds what may separate the fields of the first line that is not blank, outside quotes. */
function scanHeader(text: string): { separators: ReadonlySet<string>; isComplete: boolean } {
  const separators = new Set<string>();
  let isQuoted = false;
  let isBlank = true;
  for (const character of text) {
    if (!isQuoted && (character === "\n" || character === "\r")) {
      if (!isBlank) return { separators, isComplete: true };
      continue;
    }
    isBlank = false;
    if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && SEPARATORS.includes(character)) separators.add(character);
  }
  return { separators, isComplete: false };
}

function createParser(delimiter: string, maxSize: number): Parser {
  // The parser passes on the options of its stream, which its type lacks.
  const options: Options & { readableHighWaterMark: number } = {
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxSize,
    readableHighWaterMark: READ_ALL,
  };
  const parser = new Parser(options);
  // The calls report the same error.
  parser.on("error", () => {});
  return parser;
}

function linesOf({ rowLines, blankLines }: CsvReader): number {
  return rowLines + blankLines;
}

/** Decodes a chunk; without one, the input ends. */
function decode(reader: CsvReader, chunk: Uint8Array | undefined): string {
  try {
    return chunk === undefined ? reader.decoder.decode() : reader.decoder.decode(chunk, { stream: true });
  } catch (error) {
    const before = new TextDecoder().decode(chunk).split("\ufffd", 1)[0]?.match(/\n/g)?.length ?? 0;
    const line = linesOf(reader) + before + 1;
    throw new RatchetError("INVALID_INPUT", `${reader.name} is not UTF-8 text, near line ${line}.`, {
      remedy: "Save it as UTF-8.",
      cause: error,
    });
  }
}

/** Lets the parser work, and takes its rows, also those before an error. */
async function parse(
  reader: CsvReader,
  work: (parser: Parser, done: (error?: Error | null) => void) => void,
): Promise<void> {
  const { parser } = reader;
  if (parser === undefined) return;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  work(parser, (error) => (error ? reject(error) : resolve()));
  let failure: { error: unknown } | undefined;
  try {
    await promise;
  } catch (error) {
    failure = { error };
  }
  takeRows(reader, parser);
  if (failure !== undefined) throw invalidCsv(reader, failure.error);
}

function takeRows(reader: CsvReader, parser: Parser): void {
  const { name } = reader;
  reader.rows = reader.rows.slice(reader.at);
  reader.at = 0;
  for (let row = parser.read() as ParsedRow | null; row !== null; row = parser.read() as ParsedRow | null) {
    reader.blankLines = row.info.empty_lines;
    const { size, breaks } = measure(row.record);
    const line: Line = { number: linesOf(reader) + 1, size, bytes: undefined, fields: row.record };
    reader.rowLines += 1 + breaks;
    if (reader.header.length === 0) reader.header = checkHeader(row.record, name);
    else reader.rows.push(line);
  }
}

/** Returns the length of a row in characters, and the number of line breaks inside its fields. */
function measure(record: readonly string[]): { size: number; breaks: number } {
  let size = record.length;
  let breaks = 0;
  for (const field of record) {
    size += field.length;
    if (field.includes("\n") || field.includes("\r")) breaks += field.match(/\r\n|[\r\n]/g)?.length ?? 0;
  }
  return { size, breaks };
}

function checkHeader(names: string[], name: string): readonly string[] {
  const double = names.find((one, index) => names.indexOf(one) !== index);
  const empty = names.indexOf("");
  if (double === undefined && empty === -1) return names;
  const what = double === undefined ? `column ${empty + 1} has no name` : `two columns have the name "${double}"`;
  throw new RatchetError("INVALID_INPUT", `${name}: in the header, ${what}.`, {
    remedy: "Give each column a name of its own in the first line.",
  });
}

function invalidCsv({ name, maxSize }: CsvReader, error: unknown): RatchetError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const line = /at line (\d+)/.exec(messageOf(error))?.[1];
  const place = line === undefined ? "" : `, line ${line}`;
  const [what, remedy] = CSV_FAULTS[code] ?? [`a row has more than ${formatSize(maxSize)}`, "Make it shorter."];
  return new RatchetError("INVALID_INPUT", `${name}${place}: ${what}.`, { remedy, cause: error });
}

const CSV_FAULTS: Readonly<Record<string, readonly [what: string, remedy: string]>> = {
  CSV_INVALID_CLOSING_QUOTE: [
    "there is something between a closing quote and the next separator",
    'Write a quote inside a field in quotes twice: "".',
  ],
  INVALID_OPENING_QUOTE: [
    "a field has a quote inside, but does not begin with one",
    'Put the field in quotes, and write quotes inside twice: "".',
  ],
  CSV_QUOTE_NOT_CLOSED: ["a quote is not closed", 'End the field with a quote, and write quotes inside twice: "".'],
};
