/** One way in which a format writes characters as escapes. */
export interface Escapes {
  /** Matches a text that needs a second reading. Tested first, because most texts have no escapes. */
  present: RegExp;
  /** Matches one escape. */
  pattern: RegExp;
  /** Matches the start of an escape at the end of a text that continues. */
  incomplete: RegExp;
  /** Returns the characters that an escape stands for. */
  decode(written: string): string;
}

/** Length of the longest start of an escape that can be incomplete, in UTF-16 units: `\ud83d\udd1`, or `&#x0001f511`. */
export const LONGEST_INCOMPLETE = 11;

const CONTROLS: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/** Escapes of JSON (RFC 8259, section 7), and of strings as the console writes them. A pair of surrogates is one escape. */
export const JSON_ESCAPES: Escapes = {
  // The forms that are searched for have the other escapes.
  present: /\\[u/'x]/,
  pattern: /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[\da-fA-F]{4}|x[\da-fA-F]{2}|["'`\\/bfnrtv])/g,
  incomplete: /\\(?:u[dD][89abAB][\da-fA-F]{2}(?:\\(?:u[\da-fA-F]{0,3})?)?|u[\da-fA-F]{0,3}|x[\da-fA-F]?)?$/,
  decode(written) {
    const kind = written.charAt(1);
    if (kind === "x") return String.fromCharCode(Number.parseInt(written.slice(2), 16));
    if (kind !== "u") return CONTROLS[kind] ?? kind;
    const first = Number.parseInt(written.slice(2, 6), 16);
    if (written.length === 6) return String.fromCharCode(first);
    return String.fromCharCode(first, Number.parseInt(written.slice(8), 16));
  },
};

/** Characters that XML and HTML have names for in all versions (https://www.w3.org/TR/xml/#sec-predefined-ent). */
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const LARGEST_CODE_POINT = 0x10ffff;

/** References to characters in XML (https://www.w3.org/TR/xml/#sec-references) and HTML. */
export const XML_ESCAPES: Escapes = {
  present: /&(?:#|amp;|lt;|gt;|quot;|apos;)/i,
  pattern: /&(?:#\d{1,8}|#x[\da-f]{1,8}|amp|lt|gt|quot|apos);/gi,
  incomplete: /&(?:#\d{0,8}|#x[\da-f]{0,8}|[a-z]{0,4})?$/i,
  decode(written) {
    const name = written.slice(1, -1).toLowerCase();
    if (!name.startsWith("#")) return ENTITIES[name] ?? written;
    const code = name.startsWith("#x") ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= LARGEST_CODE_POINT ? String.fromCodePoint(code) : written;
  },
};
