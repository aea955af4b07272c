type Values = Record<string, unknown>;

function unescapeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Like Node.js, which decodes what it can.
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
      const bytes = escapes
        .slice(1)
        .split("%")
        .map((hex) => Number.parseInt(hex, 16));
      return new TextDecoder().decode(new Uint8Array(bytes));
    });
  }
}

/** encodeURIComponent, for unpaired surrogates too. */
function escapeValue(value: unknown): string {
  return encodeURIComponent(String(value).toWellFormed());
}

function parse(
  text: string,
  separator = "&",
  equals = "=",
  options: { maxKeys?: number; decodeURIComponent?: (text: string) => string } = {},
): Record<string, string | string[]> {
  const found: Record<string, string | string[]> = Object.create(null);
  if (typeof text !== "string" || text === "") return found;
  const { maxKeys = 1000, decodeURIComponent: decode = unescapeText } = options;
  const parts = text.split(separator || "&");
  for (const part of maxKeys > 0 ? parts.slice(0, maxKeys) : parts) {
    if (part === "") continue;
    const at = part.indexOf(equals || "=");
    const [rawName, rawValue] = at < 0 ? [part, ""] : [part.slice(0, at), part.slice(at + (equals || "=").length)];
    const name = decode(rawName.replaceAll("+", " "));
    const value = decode(rawValue.replaceAll("+", " "));
    const before = found[name];
    if (before === undefined) found[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else found[name] = [before, value];
  }
  return found;
}

function stringify(
  values: Values | null | undefined,
  separator = "&",
  equals = "=",
  options: { encodeURIComponent?: (text: string) => string } = {},
): string {
  if (values === null || typeof values !== "object") return "";
  const encode = options.encodeURIComponent ?? querystring.escape;
  return Object.entries(values)
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => `${encode(name)}${equals || "="}${encode(primitive(one))}`),
    )
    .join(separator || "&");
}

/** Values that are not strings, finite numbers, booleans or bigints become empty, as in Node.js. */
function primitive(value: unknown): string {
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  return typeof value === "number" && Number.isFinite(value) ? String(value) : "";
}

const querystring = { parse, stringify, escape: escapeValue, unescape: unescapeText, decode: parse, encode: stringify };

export default querystring;
