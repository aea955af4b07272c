import { isUtf8 } from "node:buffer";
import { type HttpBodyReader, HttpFailure } from "../../domain/http.ts";
import { formatSize } from "../../lib/size.ts";
import { type Inserting, insertValues } from "./insert-value.ts";
import { JsonWriter } from "./json-writer.ts";
import { type ValueWriter, writerOf } from "./value-writer.ts";
import { xmlForm } from "./xml-forms.ts";

/** Replaces stand-ins in a body that is text. @param type its Content-Type, which decides how values are written */
export function insertIntoBody(body: Uint8Array, type: string, inserting: Inserting): Uint8Array {
  const bytes = bytesOf(body);
  const text = bytes.toString("latin1");
  if (inserting.search.find(text, 0, { budget: inserting.searching }) === undefined || !isUtf8(bytes)) return body;
  const writer = writerFor(type, () => looksLikeJson(bytes));
  return fromLatin1(insertValues(text, inserting, { writer, isBytes: true }).text);
}

/** The longest base64 with a stand-in that is held back in a body that is sent in pieces, bytes. */
const MAX_HELD_BYTES = 64 * 1024;

/** Replaces stand-ins in a body that is sent in pieces. What may be the start of one waits for the next piece. */
export function insertIntoUpload(upload: HttpBodyReader, type: string, inserting: Inserting): HttpBodyReader {
  const writer = writerFor(type, () => false);
  let held = "";
  let isOver = false;
  return {
    async read() {
      while (!isOver) {
        const piece = await upload.read();
        isOver = piece === undefined;
        const text = held + (piece === undefined ? "" : bytesOf(piece).toString("latin1"));
        const inserted = insertValues(text, inserting, { writer, isBytes: true, continues: !isOver });
        held = text.slice(inserted.end);
        if (held.length > MAX_HELD_BYTES) throw longBase64();
        if (inserted.text !== "") return fromLatin1(inserted.text);
      }
      return undefined;
    },
    cancel: () => upload.cancel(),
  };
}

function longBase64(): HttpFailure {
  const where = `in base64 of more than ${formatSize(MAX_HELD_BYTES)} in a body that is sent as a stream`;
  return new HttpFailure("invalid-request", `a secret can't be inserted ${where}`);
}

function writerFor(type: string, isJson: () => boolean): ValueWriter {
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    return writerOf(({ value }) => new URLSearchParams([["", value]]).toString().slice(1));
  }
  if (/^[^;]*\bjson\b/i.test(type)) return new JsonWriter();
  if (/^[^;]*\bxml\b/i.test(type)) return writerOf(({ value }) => xmlForm(value));
  const isPlain = type === "" || /^text\/plain\b/i.test(type);
  return isPlain && isJson() ? new JsonWriter() : writerOf(({ value }) => value);
}

/** Bodies up to this size are parsed to find out whether they are JSON; longer ones would stop the thread. */
const MAX_PARSED_BYTES = 1024 * 1024;

/** Tasks often send JSON without its type. */
function looksLikeJson(bytes: Buffer): boolean {
  if (bytes.byteLength > MAX_PARSED_BYTES) {
    return (
      /^\s*[[{]/.test(bytes.toString("latin1", 0, 100)) &&
      /[\]}]\s*$/.test(bytes.toString("latin1", bytes.length - 100))
    );
  }
  try {
    JSON.parse(bytes.toString("utf8"));
    return true;
  } catch {
    return false;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function fromLatin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}
