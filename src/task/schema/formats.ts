/** Maximum length of strings whose format is checked, because the checks backtrack. */
const MAX_LENGTH = 2_000;
/** Formats that longer strings never match. For all other formats, longer strings pass. */
const SHORT = new Set(["date", "time", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"]);

/** Loads the formats that are asserted up to draft 7, by name. Only called if a schema uses a format. */
export async function loadFormats(): Promise<ReadonlyMap<string, (text: string) => boolean>> {
  const library = await import("typebox/format");
  const checks: [name: string, check: (text: string) => boolean][] = [
    ["date", library.IsDate],
    ["time", (text) => library.IsTime(text)],
    ["date-time", (text) => library.IsDateTime(text)],
    ["duration", library.IsDuration],
    ["email", library.IsEmail],
    ["idn-email", library.IsIdnEmail],
    ["hostname", library.IsHostname],
    ["idn-hostname", library.IsIdnHostname],
    ["ipv4", library.IsIPv4],
    ["ipv6", library.IsIPv6],
    ["uri", library.IsUri],
    ["uri-reference", library.IsUriReference],
    ["uri-template", library.IsUriTemplate],
    ["iri", library.IsIri],
    ["iri-reference", library.IsIriReference],
    ["uuid", library.IsUuid],
    ["json-pointer", library.IsJsonPointer],
    ["relative-json-pointer", library.IsRelativeJsonPointer],
    ["regex", library.IsRegex],
  ];
  return new Map(
    checks.map(([name, check]) => [name, (text) => (text.length > MAX_LENGTH ? !SHORT.has(name) : check(text))]),
  );
}
