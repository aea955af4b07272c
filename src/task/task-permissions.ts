import type { JsonObject, JsonValue } from "../domain/json.ts";
import type { TaskPermissions } from "../domain/task.ts";
import type { JsonFinding } from "./json-file.ts";
import { unknownMember } from "./metadata-value.ts";

/** A permission that is a list of names. */
interface NameList {
  max: number;
  pattern: RegExp;
  /** What one of its members is. */
  what: string;
  remedy: string;
}

const LISTS: Readonly<Record<keyof TaskPermissions, NameList>> = {
  hosts: {
    max: 1_000,
    // A name or address as in a URL, optionally with `*.` for all subdomains and a port; IDNs in the form `xn--...`.
    pattern: /^(?:(?:\*\.)?[A-Za-z\d_-]+(?:\.[A-Za-z\d_-]+)*|\[[\dA-Fa-f:.]+\])(?::\d{1,5})?$/,
    what: "host",
    remedy: 'Write a list of hosts, such as ["api.example.com", "*.example.org", "localhost:8080"].',
  },
  secrets: {
    max: 100,
    pattern: /^[A-Za-z_][A-Za-z\d_]{0,99}$/,
    what: "name of a secret",
    remedy: 'Write a list of names of letters, digits and underscores, such as ["API_KEY"].',
  },
};

/**
 * Reads `permissions` of metadata.json and adds problems to `findings`. An unknown member is an error, because its
 * author relies on it.
 */
export function readPermissions(value: JsonObject, findings: JsonFinding[]): TaskPermissions {
  const permissions: TaskPermissions = {};
  for (const [name, given] of Object.entries(value)) {
    if (name === "hosts" || name === "secrets") {
      const names = readNames(name, given, findings);
      if (names !== undefined) permissions[name] = names;
      continue;
    }
    const known = Object.keys(LISTS);
    findings.push(unknownMember({ severity: "error", section: "permissions", what: "permission", name, known }));
  }
  return permissions;
}

function readNames(name: keyof TaskPermissions, given: JsonValue, findings: JsonFinding[]): string[] | undefined {
  const { max, pattern, what, remedy } = LISTS[name];
  const wrong = (problem: string, pointer = `/permissions/${name}`) => {
    findings.push({ severity: "error", pointer, message: `Permission ${name}: ${problem}.`, remedy });
  };
  if (!Array.isArray(given)) wrong("not a list");
  else if (given.length > max) wrong(`more than ${max} ${name}`);
  else {
    const names = given.filter((one) => typeof one === "string");
    const bad = given.findIndex((one) => typeof one !== "string" || !pattern.test(one));
    if (bad === -1) return names;
    wrong(`${JSON.stringify(given[bad])?.slice(0, 100)} is not a ${what}`, `/permissions/${name}/${bad}`);
  }
  return undefined;
}
