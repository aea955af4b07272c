import type { HttpBodyReader } from "../../domain/http.ts";
import type { StandIn } from "../../domain/stand-in.ts";
import { Finder } from "../masking/finder.ts";
import { jsonForm } from "../masking/forms.ts";
import { hasStandIn, insertValues, type WrittenValue } from "./insert-value.ts";

/** Replaces stand-ins in a body that is text. @param type its Content-Type, which decides how values are written */
export function insertIntoBody(body: Uint8Array, type: string, standIns: readonly StandIn[]): Uint8Array {
  if (!hasStandIn(bytesOf(body).toString("latin1"), standIns)) return body;
  const text = utf8TextOf(body);
  if (text === undefined) return body;
  return new TextEncoder().encode(
    insertValues(
      text,
      standIns,
      writtenIn(type, () => isJson(text)),
    ),
  );
}

/** Replaces stand-ins in a body that is sent in pieces. What may be the start of one waits for the next piece. */
export function insertIntoUpload(upload: HttpBodyReader, type: string, standIns: readonly StandIn[]): HttpBodyReader {
  const finder = new Finder<string>();
  for (const { text } of standIns) finder.add(text, text);
  const written = writtenIn(type, () => false);
  const latin1: WrittenValue = (standIn, before) => Buffer.from(written(standIn, before)).toString("latin1");
  let held = "";
  let isOver = false;
  return {
    async read() {
      while (!isOver) {
        const piece = await upload.read();
        isOver = piece === undefined;
        const text = held + (piece === undefined ? "" : bytesOf(piece).toString("latin1"));
        const end = isOver ? text.length : finder.incompleteAt(text);
        held = text.slice(end);
        if (end > 0) return new Uint8Array(Buffer.from(insertValues(text.slice(0, end), standIns, latin1), "latin1"));
      }
      return undefined;
    },
    cancel: () => upload.cancel(),
  };
}

function writtenIn(type: string, looksLikeJson: () => boolean): WrittenValue {
  const plain: WrittenValue = ({ value }) => value;
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) {
    return ({ value }) => new URLSearchParams([["", value]]).toString().slice(1);
  }
  if (/^[^;]*\bjson\b/i.test(type)) return inJson;
  if (/^[^;]*\bxml\b/i.test(type))
    return ({ value }) => value.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
  const isPlain = type === "" || /^text\/plain\b/i.test(type);
  return isPlain && looksLikeJson() ? inJson : plain;
}

/** The string around the stand-in may be inside a string of JSON itself: its quote has backslashes then. */
const inJson: WrittenValue = ({ value }, before) => {
  const quote = before.lastIndexOf('"');
  let escapes = 0;
  while (before.charAt(quote - 1 - escapes) === "\\") escapes++;
  let form = jsonForm(value);
  for (let nested = escapes; nested > 0; nested = (nested - 1) / 2) form = jsonForm(form);
  return form;
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function utf8TextOf(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
