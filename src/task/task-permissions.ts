import type { JsonObject, JsonValue } from "../domain/json.ts";
import { NETWORK_RULE_REMEDY, parseNetworkRule } from "../domain/network-rule.ts";
import type { SecretPermission, TaskPermissions } from "../domain/task.ts";
import { defined } from "../lib/defined.ts";
import { isObject } from "../lib/is-object.ts";
import { type JsonFinding, pointerStep } from "./json-file.ts";
import { unknownMember } from "./metadata-value.ts";

/** A permission that is a list of names. */
interface NameList {
  max: number;
  /** What one of its members is. */
  one: string;
  /** Returns what is wrong with a member, as the end of a sentence that begins with it. */
  check: (name: string) => string | undefined;
  remedy: string;
}

/** A name or address as in a URL, optionally with `*.` for all subdomains and a port; IDNs in the form `xn--...`. */
const HOST = /^(?:(?:\*\.)?[A-Za-z\d_-]+(?:\.[A-Za-z\d_-]+)*|\[[\dA-Fa-f:.]+\])(?::\d{1,5})?$/;
const SECRET = /^[A-Za-z_][A-Za-z\d_]{0,99}$/;
const LABEL = /^[^\p{Cc}]{1,100}$/u;

const HOSTS: NameList = {
  max: 1_000,
  one: "a host",
  check(host) {
    if (!HOST.test(host)) return "is not a host";
    const rule = parseNetworkRule(host);
    return typeof rule === "string" ? rule : undefined;
  },
  remedy: 'Write a list of hosts, such as ["api.example.com", "*.example.org", "localhost:8080"].',
};

/** Hosts that a secret may be sent to. Each is named: what is below a name may belong to others. */
const SECRET_HOSTS: NameList = {
  ...HOSTS,
  check(given) {
    const host = given.replace(/^https?:\/\//, "");
    return host.startsWith("*.") ? "is not a single host" : HOSTS.check(host);
  },
  remedy: 'Write a list of hosts, such as ["api.example.com", "localhost:8080", "http://printer.example.com"].',
};

const SECRETS: NameList = {
  max: 100,
  one: "a name of a secret",
  check: (name) => (SECRET.test(name) ? undefined : "is not a name of a secret"),
  remedy: 'Write a list of names of letters, digits and underscores, such as ["API_KEY"].',
};

const LISTS = {
  net: {
    max: 1_000,
    one: "a rule",
    check(text: string) {
      const rule = parseNetworkRule(text);
      return typeof rule === "string" ? rule : undefined;
    },
    remedy: NETWORK_RULE_REMEDY,
  },
  hosts: HOSTS,
  secrets: SECRETS,
  tasks: {
    max: 1_000,
    one: "a label of a task",
    check: (label: string) => (LABEL.test(label) ? undefined : "is not a label of a task"),
    remedy: 'Write a list of labels, such as ["resize-image", "billing-*"].',
  },
} as const satisfies Record<string, NameList>;

/**
 * Reads `permissions` of metadata.json and adds problems to `findings`. An unknown member is an error, because its
 * author relies on it.
 */
export function readPermissions(value: JsonObject, findings: JsonFinding[]): TaskPermissions {
  const permissions: TaskPermissions = {};
  for (const [name, given] of Object.entries(value)) {
    if (name === "secrets" && isObject(given)) {
      permissions.secrets = readSecretHosts(given, findings);
    } else if (isList(name)) {
      const names = readNames(LISTS[name], given, `/permissions/${name}`, findings);
      if (names !== undefined) permissions[name] = names;
    } else {
      const known = Object.keys(LISTS);
      findings.push(unknownMember({ severity: "error", section: "permissions", what: "permission", name, known }));
    }
  }
  return permissions;
}

function isList(name: string): name is keyof typeof LISTS {
  return Object.hasOwn(LISTS, name);
}

/** Reads secrets with the hosts that each may be sent to: `{"NAME": {"hosts": ["api.example.com"]}}`. */
function readSecretHosts(value: JsonObject, findings: JsonFinding[]): Record<string, SecretPermission> {
  const secrets: [name: string, permission: SecretPermission][] = [];
  const entries = Object.entries(value);
  if (entries.length > SECRETS.max) {
    const message = `Permission secrets: more than ${SECRETS.max} secrets.`;
    findings.push({ severity: "error", pointer: "/permissions/secrets", message, remedy: SECRETS.remedy });
    return {};
  }
  for (const [name, given] of entries) {
    const pointer = `/permissions/secrets${pointerStep(name)}`;
    const wrongName = SECRETS.check(name);
    if (wrongName !== undefined) {
      const message = `Permission secrets: ${JSON.stringify(name).slice(0, 100)} ${wrongName}.`;
      findings.push({ severity: "error", pointer, atName: true, message, remedy: SECRETS.remedy });
    } else if (!isObject(given)) {
      const message = `Permission secrets: ${JSON.stringify(name)} has no object with its hosts.`;
      findings.push({ severity: "error", pointer, message, remedy: 'Write {} or {"hosts": ["api.example.com"]}.' });
    } else {
      secrets.push([name, defined({ hosts: readHostsOf(given, pointer, findings) })]);
    }
  }
  return Object.fromEntries(secrets);
}

function readHostsOf(secret: JsonObject, pointer: string, findings: JsonFinding[]): string[] | undefined {
  for (const name of Object.keys(secret).filter((key) => key !== "hosts")) {
    const section = pointer.slice(1);
    findings.push(unknownMember({ severity: "error", section, what: "member", name, known: ["hosts"] }));
  }
  return secret.hosts === undefined ? undefined : readNames(SECRET_HOSTS, secret.hosts, `${pointer}/hosts`, findings);
}

/** A block that is written with another address than its first one may be a mistake: 10.0.0.1/8 is all of 10.0.0.0/8. */
function warnOfHostBits(rules: readonly string[], pointer: string, findings: JsonFinding[]): void {
  for (const [index, text] of rules.entries()) {
    const block = wholeBlock(text);
    if (block === undefined) continue;
    const message = `Permission net: ${JSON.stringify(text)} covers all of ${block}, not only the address that it names.`;
    const remedy = `Write ${JSON.stringify(block)}, or the address without the number of bits.`;
    findings.push({ severity: "warning", pointer: `${pointer}/${index}`, message, remedy });
  }
}

/** Returns a block as it is usually written, with its first address; undefined if it is, or is no block of IPv4. */
function wholeBlock(text: string): string | undefined {
  const rule = parseNetworkRule(text);
  if (typeof rule === "string" || rule.kind !== "block" || rule.address.includes(":")) return undefined;
  const size = 2 ** (32 - rule.bits);
  const value = rule.address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = value - (value % size);
  if (first === value) return undefined;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".")}/${rule.bits}`;
}

/** Reads a list of names. Returns undefined if it is not valid. */
function readNames(
  { max, one, check, remedy }: NameList,
  given: JsonValue,
  pointer: string,
  findings: JsonFinding[],
): string[] | undefined {
  const permission = pointer.split("/")[2];
  const wrong = (problem: string, place = pointer) => {
    findings.push({ severity: "error", pointer: place, message: `Permission ${permission}: ${problem}.`, remedy });
  };
  if (!Array.isArray(given)) wrong("not a list");
  else if (given.length > max) wrong(`more than ${max} ${permission}`);
  else {
    const names: string[] = [];
    const before = findings.length;
    for (const [index, name] of given.entries()) {
      const problem = typeof name === "string" ? check(name) : `is not ${one}`;
      if (problem === undefined) names.push(name as string);
      else wrong(`${JSON.stringify(name)?.slice(0, 100)} ${problem}`, `${pointer}/${index}`);
    }
    if (findings.length === before) {
      if (permission === "net") warnOfHostBits(names, pointer, findings);
      return names;
    }
  }
  return undefined;
}
