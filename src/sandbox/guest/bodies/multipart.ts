import { OPERATION } from "../../host-operations.ts";
import { base, host } from "./base.ts";
import { blobBytes, joinBytes, makeFile } from "./blob.ts";
import { FormData, type FormEntry, formEntries } from "./form-data.ts";

/** How many bytes become characters at a time: the arguments of one call. */
const PIECE = 8 * 1024;

/** https://html.spec.whatwg.org/#multipart/form-data-encoding-algorithm */
export function encodeMultipart(data: FormData, boundary: string): Uint8Array {
  const pieces: Uint8Array[] = [];
  let text = "";
  for (const [name, value] of formEntries(data)) {
    text += `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(normalise(name))}"`;
    if (typeof value === "string") {
      text += `\r\n\r\n${normalise(value)}\r\n`;
      continue;
    }
    const type = value.type === "" ? "application/octet-stream" : value.type;
    text += `; filename="${escapeName(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`;
    pieces.push(base.encodeUtf8(text), blobBytes(value));
    text = "\r\n";
  }
  pieces.push(base.encodeUtf8(`${text}--${boundary}--\r\n`));
  return joinBytes(pieces);
}

/** Returns a boundary that no content has by chance. */
export function makeBoundary(): string {
  const bytes = host(OPERATION.random, 12) as Uint8Array;
  let text = "----formdata-";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

function normalise(text: string): string {
  return text.replace(/\r\n?|\n/g, "\r\n");
}

function escapeName(name: string): string {
  return name.replace(/\n/g, "%0A").replace(/\r/g, "%0D").replace(/"/g, "%22");
}

/**
 * Parses a form: https://andreubotella.github.io/multipart-form-data/#parse-multipart-form-data
 * @throws {TypeError} if the bytes are not a form with this boundary
 */
export function parseMultipart(bytes: Uint8Array, boundary: string): FormData {
  const text = binaryText(bytes);
  const delimiter = `--${binaryText(base.encodeUtf8(boundary))}`;
  const data = new FormData();
  const entries = formEntries(data);
  if (!text.startsWith(delimiter)) throw malformed("it does not begin with its boundary");
  let at = delimiter.length;
  for (;;) {
    if (text.startsWith("--", at)) return data;
    if (!text.startsWith("\r\n", at)) throw malformed("a boundary has no line end");
    const [head, start] = readHead(text, at + 2);
    const end = text.indexOf(`\r\n${delimiter}`, start);
    if (end < 0) throw malformed("its last part has no end");
    entries.push(makeEntry(head, bytes.subarray(start, end)));
    at = end + 2 + delimiter.length;
  }
}

/** The fields of one part's head that count. */
interface PartHead {
  name: string | undefined;
  fileName: string | undefined;
  type: string;
}

/** @returns the head, and where the content begins */
function readHead(text: string, start: number): [head: PartHead, end: number] {
  const head: PartHead = { name: undefined, fileName: undefined, type: "" };
  for (let at = start; ; ) {
    const end = text.indexOf("\r\n", at);
    if (end < 0) throw malformed("the head of a part has no end");
    if (end === at) {
      if (head.name === undefined) throw malformed("a part has no name");
      return [head, end + 2];
    }
    readField(text.slice(at, end), head);
    at = end + 2;
  }
}

function readField(line: string, head: PartHead): void {
  const [, name = "", value = ""] = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[\t ]*:[\t ]*(.*?)[\t ]*$/.exec(line) ?? [];
  if (name === "") throw malformed("a part has a line that is not a header field");
  if (name.toLowerCase() === "content-type") head.type = value;
  if (name.toLowerCase() !== "content-disposition") return;
  const [, itsName, itsFile] =
    /^form-data[\t ]*;[\t ]*name="([^"\r\n]*)"(?:[\t ]*;[\t ]*filename="([^"\r\n]*)")?/i.exec(value) ?? [];
  if (itsName === undefined) throw malformed("a part has a disposition that is not that of a form");
  head.name = unescapeName(itsName);
  head.fileName = itsFile === undefined ? undefined : unescapeName(itsFile);
}

function unescapeName(name: string): string {
  const text = decodeUtf8(Uint8Array.from(name, (character) => character.charCodeAt(0)));
  return text.replace(/%0A/gi, "\n").replace(/%0D/gi, "\r").replace(/%22/g, '"');
}

function makeEntry({ name = "", fileName, type }: PartHead, content: Uint8Array): FormEntry {
  if (fileName === undefined) return [name, decodeUtf8(content, true)];
  return [name, makeFile(content.slice(), fileName, type === "" ? "text/plain" : type)];
}

function decodeUtf8(bytes: Uint8Array, keepBom = false): string {
  return host(OPERATION.decodeText, bytes, "utf-8", keepBom ? 2 : 0) as string;
}

/** Returns one character for each byte: the engine finds texts in texts much faster than code finds bytes in bytes. */
function binaryText(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    pieces.push(String.fromCharCode.apply(null, bytes.subarray(at, at + PIECE) as unknown as number[]));
  }
  return pieces.join("");
}

function malformed(why: string): TypeError {
  return new TypeError(`the body is not a form: ${why}`);
}
