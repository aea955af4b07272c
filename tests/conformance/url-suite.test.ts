import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

/** The URL data of the Web Platform Tests, in a folder beside the repository. No registry package carries it. */
const SUITE = join(import.meta.dir, "../../../shared/suites/url");

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** Each group of cases as a function of the task: it gives a description of each case that goes wrong. */
const MAIN = `
const PARTS = ["href", "origin", "protocol", "username", "password", "host", "hostname", "port", "pathname", "search", "hash"];
const wrongParts = (url, expected) => PARTS.filter((part) => part in expected && url[part] !== expected[part]);

function constructor(cases) {
  return cases.flatMap((one) => {
    const name = one.base == null ? one.input : one.input + " on " + one.base;
    let url;
    try { url = one.base == null ? new URL(one.input) : new URL(one.input, one.base); } catch { /* as may be expected */ }
    if (URL.canParse(one.input, one.base ?? undefined) !== (url !== undefined)) return ["canParse: " + name];
    if (one.failure) return url === undefined ? [] : [name + " is accepted"];
    if (url === undefined) return [name];
    const wrong = wrongParts(url, one);
    return wrong.length === 0 ? [] : [name + ": " + wrong.join(" ")];
  });
}

function setters(groups) {
  return Object.entries(groups).flatMap(([part, cases]) => part === "comment" ? [] : cases.flatMap((one) => {
    const url = new URL(one.href);
    url[part] = one.new_value;
    const wrong = wrongParts(url, one.expected);
    return wrong.length === 0 ? [] : [part + " = " + JSON.stringify(one.new_value) + " of " + one.href + ": " + wrong.join(" ")];
  }));
}

function domains(cases) {
  return cases.flatMap(({ input, output }) => {
    // The path would become the host.
    if (input === "") return [];
    const url = URL.parse("https://" + input + "/x");
    const host = url === null ? null : url.host;
    return host === output ? [] : [JSON.stringify({ input, host, output })];
  });
}

const PATTERN_PARTS = ["protocol", "username", "password", "hostname", "port", "pathname", "search", "hash"];

function patterns(cases) {
  return cases.flatMap((one) => {
    const name = [JSON.stringify(one.pattern) + " on " + JSON.stringify(one.inputs)];
    let pattern;
    try { pattern = new URLPattern(...(one.pattern ?? [])); } catch { return one.expected_obj === "error" ? [] : name; }
    if (one.expected_obj === "error") return name;
    if (one.inputs === undefined) return [];
    let match;
    try { match = pattern.exec(...one.inputs); } catch { return one.expected_match === "error" ? [] : name; }
    if (one.expected_match === null || match === null) return one.expected_match === match ? [] : name;
    const wrong = PATTERN_PARTS.filter((part) => {
      const expected = one.expected_match[part];
      if (expected === undefined) return false;
      const groups = Object.entries(expected.groups).map(([key, value]) => [key, value ?? undefined]);
      return JSON.stringify([expected.input, Object.fromEntries(groups)]) !== JSON.stringify([match[part].input, match[part].groups]);
    });
    return wrong.length === 0 ? [] : name;
  });
}

(function ({ kind, cases }) { return { constructor, setters, domains, patterns }[kind](cases); })
`;

async function misses(kind: string, file: string): Promise<string[]> {
  const data: unknown = JSON.parse(readFileSync(join(SUITE, file), "utf8"));
  const cases = Array.isArray(data) ? data.filter((one) => typeof one !== "string") : data;
  const input = join(folder.path, `${file}.input`);
  writeFileSync(input, JSON.stringify({ kind, cases }));
  const task = makeTask(folder.path, { label: `url-${kind}-${file.replace(/\W/g, "-").toLowerCase()}`, main: MAIN });
  const { stdout, stderr, exitCode } = await ratchet(["run-once", "--from-fs", task, "--input-file", input]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout);
}

/** Of 369. The library accepts fewer forms of hosts than the standard, and no sets of the regular expressions' flag v. */
const PATTERN_MISSES = 21;

describe.if(existsSync(SUITE))("the URL data of the Web Platform Tests", () => {
  test("the constructor", async () => {
    expect(await misses("constructor", "urltestdata.json")).toEqual([]);
  });

  test("the setters", async () => {
    expect(await misses("setters", "setters_tests.json")).toEqual([]);
  });

  test("patterns", async () => {
    expect(await misses("patterns", "urlpatterntestdata.json")).toHaveLength(PATTERN_MISSES);
  });

  test.each(["toascii.json", "IdnaTestV2.json"] as const)("domain names: %s", async (file) => {
    expect(await misses("domains", file)).toEqual([]);
  });
});

test("a host with the default port of its scheme leaves the URL without a port", async () => {
  const main =
    "(function ({ hosts }) { return hosts.map((host) => { const url = new URL('http://old.test:8080/x'); url.host = host; return url.host; }); })";
  const task = makeTask(folder.path, { label: "host-setter", main });
  const hosts = [
    "example.com:80",
    "example.com:0080",
    "example.com:8081",
    "example.com",
    "[::1]:80",
    "a:80/b",
    "b:80x",
  ];
  const { stdout } = await ratchet(["run-once", "--from-fs", task, "--input-json", JSON.stringify({ hosts })]);
  expect(JSON.parse(stdout)).toEqual([
    "example.com",
    "example.com",
    "example.com:8081",
    "example.com:8080",
    "[::1]",
    "a",
    "b",
  ]);
});

if (!existsSync(SUITE)) test.skip(`the URL data of the Web Platform Tests is absent: ${SUITE}`, () => {});
