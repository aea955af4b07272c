import type { JsonObject } from "../domain/json.ts";
import type { TaskPermissions } from "../domain/task.ts";
import type { JsonFinding } from "./json-file.ts";
import { unknownMember } from "./metadata-value.ts";

/** Maximum number of hosts. */
const MAX_HOSTS = 1_000;
/** A name or address as in a URL, optionally with `*.` for all subdomains and a port; IDNs in the form `xn--...`. */
const HOST = /^(?:(?:\*\.)?[A-Za-z\d_-]+(?:\.[A-Za-z\d_-]+)*|\[[\dA-Fa-f:.]+\])(?::\d{1,5})?$/;

/**
 * Reads `permissions` of metadata.json and adds problems to `findings`. An unknown member is an error, because its
 * author relies on it.
 */
export function readPermissions(value: JsonObject, findings: JsonFinding[]): TaskPermissions {
  const permissions: TaskPermissions = {};
  for (const [name, given] of Object.entries(value)) {
    if (name !== "hosts") {
      findings.push(
        unknownMember({ severity: "error", section: "permissions", what: "permission", name, known: ["hosts"] }),
      );
      continue;
    }
    const wrong = (problem: string, pointer = "/permissions/hosts") =>
      findings.push({
        severity: "error",
        pointer,
        message: `Permission hosts: ${problem}.`,
        remedy: 'Write a list of hosts, such as ["api.example.com", "*.example.org", "localhost:8080"].',
      });
    if (!Array.isArray(given)) wrong("not a list");
    else if (given.length > MAX_HOSTS) wrong(`more than ${MAX_HOSTS} hosts`);
    else {
      const hosts = given.filter((host) => typeof host === "string");
      const bad = given.findIndex((host) => typeof host !== "string" || !HOST.test(host));
      if (bad === -1) permissions.hosts = hosts;
      else wrong(`${JSON.stringify(given[bad])?.slice(0, 100)} is not a host`, `/permissions/hosts/${bad}`);
    }
  }
  return permissions;
}
