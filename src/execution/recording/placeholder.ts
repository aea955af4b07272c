/**
 * Replaces a secret in a recording: `__masked_authorization_1__`. It only contains lower-case letters, digits, `-` and
 * `_`, which stay unchanged in JSON, URLs, forms, cookies and headers: a replayed task handles placeholders as it
 * handled the secrets, and sends them on in recognizable form.
 */
const PLACEHOLDER = /__masked_([a-z0-9-]+)_([1-9]\d{0,7})__/;
const START = "__masked_";

/**
 * Makes the placeholder of the `number`th secret of a kind. @param kind a name such as `Authorization` or `accessToken`
 */
export function placeholderOf(kind: string, number: number): string {
  return `__masked_${normalName(kind) || "value"}_${number}__`;
}

/** Returns true if a text is exactly one placeholder. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.exec(text)?.[0] === text;
}

/** Returns the placeholder that starts at an index, or `undefined`. */
export function placeholderAt(text: string, index: number): string | undefined {
  if (!text.startsWith(START, index)) return undefined;
  const sticky = new RegExp(PLACEHOLDER, "y");
  sticky.lastIndex = index;
  return sticky.exec(text)?.[0];
}

/** Returns all placeholders in a text, in order and with repetitions. */
export function placeholdersIn(text: string): { text: string; kind: string; number: number; index: number }[] {
  return [...text.matchAll(new RegExp(PLACEHOLDER, "g"))].map((match) => ({
    text: match[0],
    kind: match[1] ?? "",
    number: Number(match[2]),
    index: match.index,
  }));
}

/** Normalizes a name: `accessToken`, `access_token` and `Access-Token` all become `access-token`. */
export function normalName(name: string): string {
  return name
    .slice(0, 100)
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .toLowerCase();
}
