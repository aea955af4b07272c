import { findNodeAtLocation, type Node, parseTree } from "jsonc-parser";
import type { JsonValue } from "../../../domain/json.ts";
import type { JsonEdit } from "./json-edits.ts";

/** Longest new list or object that is written on one line, in characters. */
const ONE_LINE = 60;

/** Applies an edit to a JSON text. Everything else in the text, white space included, stays as it is. */
export function editJsonText(text: string, { path, value, isInsertion }: JsonEdit): string {
  const root = parseTree(text);
  if (value === undefined) return without(text, root === undefined ? undefined : findNodeAtLocation(root, path));
  const target = root === undefined || isInsertion ? undefined : findNodeAtLocation(root, path);
  if (target !== undefined) {
    const isBlock = spans(text, target).includes("\n");
    return replace(text, target.offset, target.length, valueText(text, target.offset, value, isBlock));
  }
  const parent = root === undefined ? undefined : findNodeAtLocation(root, path.slice(0, -1));
  const last = parent?.children?.at(-1);
  if (parent === undefined) return text;
  const name = path.at(-1);
  const label = typeof name === "string" ? `${JSON.stringify(name)}: ` : "";
  if (last === undefined) {
    const inner = typeof name === "string" ? { [name]: value } : [value];
    return replace(text, parent.offset, parent.length, valueText(text, parent.offset, inner, false));
  }
  const isBlock = spans(text, parent).includes("\n");
  const end = last.offset + last.length;
  const separator = isBlock ? `,${lineEnd(text)}${indentAt(text, last.offset)}` : ", ";
  return replace(text, end, 0, `${separator}${label}${valueText(text, last.offset, value, isBlock)}`);
}

/** Removes a member or an item, with the comma next to it. */
function without(text: string, value: Node | undefined): string {
  const target = value?.parent?.type === "property" ? value.parent : value;
  const siblings = target?.parent?.children ?? [];
  const index = target === undefined ? -1 : siblings.indexOf(target);
  if (target === undefined || index === -1) return text;
  const [before, after] = [siblings[index - 1], siblings[index + 1]];
  const start = after === undefined && before !== undefined ? before.offset + before.length : target.offset;
  const end = after?.offset ?? target.offset + target.length;
  return replace(text, start, end - start, "");
}

function spans(text: string, { offset, length }: Node): string {
  return text.slice(offset, offset + length);
}

function replace(text: string, offset: number, length: number, inserted: string): string {
  return text.slice(0, offset) + inserted + text.slice(offset + length);
}

/** Writes a value on one line, or on several with the indentation of the line at `offset`. */
function valueText(text: string, offset: number, value: JsonValue, isBlock: boolean): string {
  const short = JSON.stringify(value);
  if (!text.includes("\n") || (!isBlock && short.length <= ONE_LINE)) return short;
  const lines = JSON.stringify(value, null, unitOf(text)).split("\n");
  return lines.join(lineEnd(text) + indentAt(text, offset));
}

/** Returns the white space at the beginning of the line at `offset`. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? "";
}

/** Returns one step of the text's indentation. */
function unitOf(text: string): string {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? "  ";
  return indent.startsWith("\t") ? "\t" : indent;
}

function lineEnd(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}
