import type { Problem } from "../../domain/problem.ts";
import { linePosition } from "../../lib/json-text.ts";
import { type Token, tokens } from "./tokens.ts";

/** Maximum number of warnings for one file. Finding a position takes time proportional to the file. */
const MAX_WARNINGS = 20;
const WORD = /^[A-Za-z_$][\w$]*$/;
/** How many tokens a call of fetch may have: looking for its end takes time. */
const MAX_CALL = 5_000;
/** What a stream has, and the parsed value of a body hardly ever. */
const STREAM_MEMBERS = new Set(["getReader", "pipeTo", "pipeThrough", "tee", "cancel", "locked", "values"]);

/** How a variable got its response: by `await fetch()`, whose body is a stream, or by `fetch()`, whose body is parsed. */
type Style = "awaited" | "synchronous";

const MESSAGES: Readonly<Record<Style, Pick<Problem, "message" | "remedy">>> = {
  awaited: {
    message: "The body of an awaited fetch is a stream, but it is used as the parsed value.",
    remedy: "Use await response.json() or response.text(), or call fetch without await.",
  },
  synchronous: {
    message: "The body of a fetch that is not awaited is the parsed value, but it is used as a stream.",
    remedy: "Await the call first: const response = await fetch(...).",
  },
};

/**
 * Finds code that mixes the two styles of fetch: it reads `body` of an awaited response as the parsed value, or of another one
 * as a stream. It only knows what is written in one place, so that it reports nothing that is right.
 */
export function mixedFetchStyles(text: string, file: string): Problem[] {
  if (!text.includes("fetch")) return [];
  const list = [...tokens(text)];
  const styles = stylesOf(list);
  const problems: Problem[] = [];
  for (let at = 2; at < list.length && problems.length < MAX_WARNINGS; at++) {
    const style = styleOfBody(list, at, styles);
    if (style === undefined || !isMixed(list, at, style)) continue;
    problems.push({ severity: "warning", file, ...linePosition(text, list[at]?.start ?? 0), ...MESSAGES[style] });
  }
  return problems;
}

function wordAt(list: readonly Token[], at: number): string {
  return list[at]?.text ?? "";
}

type Styles = ReadonlyMap<string, Style | undefined>;

/** @returns how the response was got whose body is read here; undefined if none is, or nothing is known about it */
function styleOfBody(list: readonly Token[], at: number, styles: Styles): Style | undefined {
  if (wordAt(list, at) !== "body" || wordAt(list, at - 1) !== ".") return undefined;
  const owner = wordAt(list, at - 2) === "?" ? at - 3 : at - 2;
  return wordAt(list, owner) === ")" ? styleOfCall(list, owner) : ownStyle(list, owner, styles);
}

/** Finds the variables that get the result of fetch. One that gets it in both ways counts as neither. */
function stylesOf(list: readonly Token[]): Styles {
  const styles = new Map<string, Style | undefined>();
  for (let at = 1; at < list.length; at++) {
    if (wordAt(list, at) !== "=" || !WORD.test(wordAt(list, at - 1)) || wordAt(list, at - 2) === ".") continue;
    const style = styleOf(list, at + 1) ?? styleOfAwaited(list, at + 1, styles);
    const name = wordAt(list, at - 1);
    const isOther = styles.has(name) && styles.get(name) !== style;
    // `==`, `=>` and what else begins with the character assign no response.
    if (style !== undefined || styles.has(name)) styles.set(name, isOther ? undefined : style);
  }
  return styles;
}

/** `await response`, where the variable has the response of a call that was not awaited. */
function styleOfAwaited(list: readonly Token[], at: number, styles: Styles): Style | undefined {
  if (wordAt(list, at) !== "await" || styles.get(wordAt(list, at + 1)) !== "synchronous") return undefined;
  return /^[.?[(]$/.test(wordAt(list, at + 2)) ? undefined : "awaited";
}

/** @returns how the call of fetch that begins here is written; undefined if no call begins here, or more follows it */
function styleOf(list: readonly Token[], start: number): Style | undefined {
  const isAwaited = wordAt(list, start) === "await";
  const call = isAwaited ? start + 1 : start;
  if (wordAt(list, call) !== "fetch" || wordAt(list, call + 1) !== "(") return undefined;
  const end = closingBracket(list, call + 1);
  return wordAt(list, end + 1) === "." || wordAt(list, end + 1) === "?"
    ? undefined
    : isAwaited
      ? "awaited"
      : "synchronous";
}

/** `(await fetch(...)).body` */
function styleOfCall(list: readonly Token[], closing: number): Style | undefined {
  const opening = openingBracket(list, closing);
  if (wordAt(list, opening - 1) === "fetch") return wordAt(list, opening - 2) === "." ? undefined : "synchronous";
  return styleOf(list, opening + 1) === "awaited" ? "awaited" : undefined;
}

function ownStyle(list: readonly Token[], at: number, styles: Styles): Style | undefined {
  return wordAt(list, at - 1) === "." ? undefined : styles.get(wordAt(list, at));
}

/** Is what follows `body` of the other style? */
function isMixed(list: readonly Token[], body: number, style: Style): boolean {
  const skip = wordAt(list, body + 1) === "?" && wordAt(list, body + 2) === "." ? 2 : 1;
  const next = wordAt(list, body + skip);
  const member = wordAt(list, body + skip + 1);
  if (style === "synchronous") return next === "." && STREAM_MEMBERS.has(member);
  return next === "[" || (next === "." && WORD.test(member) && !STREAM_MEMBERS.has(member));
}

function closingBracket(list: readonly Token[], opening: number): number {
  let depth = 0;
  for (let at = opening; at < Math.min(list.length, opening + MAX_CALL); at++) {
    if (/^[([{]$/.test(wordAt(list, at))) depth += 1;
    if (/^[)\]}]$/.test(wordAt(list, at)) && --depth === 0) return at;
  }
  return list.length;
}

function openingBracket(list: readonly Token[], closing: number): number {
  let depth = 0;
  for (let at = closing; at >= Math.max(0, closing - MAX_CALL); at--) {
    if (/^[)\]}]$/.test(wordAt(list, at))) depth += 1;
    if (/^[([{]$/.test(wordAt(list, at)) && --depth === 0) return at;
  }
  return -1;
}
