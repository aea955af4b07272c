/** A MIME type: https://mimesniff.spec.whatwg.org/#mime-type */
export interface MimeType {
  /** Type and subtype in lower case. */
  essence: string;
  /** Values by name; names are in lower case. */
  parameters: Map<string, string>;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const QUOTABLE = /^[\t\x20-\x7e\x80-\xff]*$/;
const OUTER_SPACE = /^[\t\n\r ]+|[\t\n\r ]+$/g;

/** https://mimesniff.spec.whatwg.org/#parsing-a-mime-type. Returns undefined if the text is not one. */
export function parseMimeType(text: string): MimeType | undefined {
  const input = text.replace(OUTER_SPACE, "");
  const end = input.indexOf(";");
  const essence = (end < 0 ? input : input.slice(0, end)).replace(/[\t\n\r ]+$/, "").toLowerCase();
  const [type = "", subtype = "", ...more] = essence.split("/");
  if (!TOKEN.test(type) || !TOKEN.test(subtype) || more.length > 0) return undefined;
  return { essence, parameters: end < 0 ? new Map() : parseParameters(input, end + 1) };
}

function parseParameters(input: string, start: number): Map<string, string> {
  const parameters = new Map<string, string>();
  for (let at = start; at < input.length; ) {
    const rest = /[\t\n\r ]*([^;=]*)/y;
    rest.lastIndex = at;
    const name = rest.exec(input)?.[1]?.toLowerCase() ?? "";
    at = rest.lastIndex;
    if (input[at] !== "=") {
      at += 1;
      continue;
    }
    const [value, next] = parseValue(input, at + 1);
    at = next;
    if (value === undefined || !TOKEN.test(name) || !QUOTABLE.test(value) || parameters.has(name)) continue;
    parameters.set(name, value);
  }
  return parameters;
}

/** @returns the value, if there is one, and where the next parameter begins */
function parseValue(input: string, start: number): [value: string | undefined, next: number] {
  const semicolon = input.indexOf(";", start);
  const end = semicolon < 0 ? input.length : semicolon;
  if (input[start] !== '"') {
    const value = input.slice(start, end).replace(/[\t\n\r ]+$/, "");
    return [value === "" ? undefined : value, end + 1];
  }
  let value = "";
  let at = start + 1;
  for (; at < input.length && input[at] !== '"'; at++) {
    if (input[at] === "\\" && at + 1 < input.length) at += 1;
    value += input[at];
  }
  const next = input.indexOf(";", at);
  return [value, (next < 0 ? input.length : next) + 1];
}

/** https://mimesniff.spec.whatwg.org/#serializing-a-mime-type */
export function formatMimeType({ essence, parameters }: MimeType): string {
  let text = essence;
  for (const [name, value] of parameters) {
    text += `;${name}=${TOKEN.test(value) ? value : `"${value.replace(/["\\]/g, "\\$&")}"`}`;
  }
  return text;
}
