import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { readConfigFile } from "../../src/config/config-file.ts";
import { parseConfig } from "../../src/config/parse-config.ts";
import { shell, temporaryFolder } from "../support/ratchet.ts";

/** `line:column message` of every problem. */
async function problems(text: string, inProject = false): Promise<string[]> {
  const file = await parseConfig(text, "c.yaml", inProject);
  return file.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

async function remedies(text: string, inProject = false): Promise<string[]> {
  return (await parseConfig(text, "c.yaml", inProject)).problems.map(({ remedy }) => remedy);
}

async function settings(text: string, inProject = false): Promise<Record<string, unknown>> {
  const file = await parseConfig(text, "c.yaml", inProject);
  expect(file.problems).toEqual([]);
  return Object.fromEntries(file.settings.map(({ key, value }) => [key, value]));
}

describe("parseConfig", () => {
  test("reads nested and plain keys with their lines", async () => {
    const { settings: found } = await parseConfig(
      "timeout: 5s\n\nhttp:\n  verify_ssl: true\n  max_redirects: 3\n",
      "c",
      false,
    );
    expect(found).toEqual([
      { key: "timeout", value: 5_000, line: 1 },
      { key: "http.verify_ssl", value: true, line: 4 },
      { key: "http.max_redirects", value: 3, line: 5 },
    ]);
  });

  test("accepts an empty file, comments, an empty section, a byte order mark, anchors and JSON", async () => {
    expect(await settings("")).toEqual({});
    expect(await settings("# nothing\n---\n")).toEqual({});
    expect(await settings("http:\n  # timeout: 5s\n")).toEqual({});
    expect(await settings("\ufefftimeout: 5s")).toEqual({ timeout: 5_000 });
    expect(await settings("timeout: &t 5s\nhttp:\n  timeout: *t\n")).toEqual({ timeout: 5_000, "http.timeout": 5_000 });
    expect(await settings('{"logging": {"level": "warn"}}')).toEqual({ "logging.level": "warn" });
  });

  test.each([
    ["http:\n  timeot: 5s\n", ['2:3 unknown key "http.timeot"'], ['Did you mean "http.timeout"?']],
    ["htpt:\n  timeout: 5s\n", ['1:1 unknown key "htpt"'], ['Did you mean "http"?']],
    ["log_level: debug\n", ['1:1 unknown key "log_level"'], ['Did you mean "logging.level"?']],
    ["verify_ssl: true\n", ['1:1 unknown key "verify_ssl"'], ['Did you mean "http.verify_ssl"?']],
    ["http.timeout: 5s\n", ['1:1 unknown key "http.timeout"'], ["Nest it: write http: and under it timeout:."]],
    ["zzzzzz: 1\n", ['1:1 unknown key "zzzzzz"'], ["`ratchet config generate` prints every key."]],
    ["__proto__: 1\n", ['1:1 unknown key "__proto__"'], ["`ratchet config generate` prints every key."]],
    ["timeout: 5\n", ['1:10 "timeout": "5" is not a duration'], undefined],
    ["timeout:\n", ['1:9 "timeout" has no value'], undefined],
    ["timeout: [5s]\n", ['1:1 "timeout": a list is not a string'], undefined],
    ["pretty: yes\n", ['1:9 "pretty": the string "yes" is neither true nor false'], undefined],
    ["http: 5\n", ['1:7 "http" must contain keys and values'], undefined],
    ["- a\n", ["1:1 the file must contain keys and values"], undefined],
    ["just text", ["1:1 the file must contain keys and values"], undefined],
    ["? [a]\n: 1\n", ['1:1 unknown key "(a key that is not a string)"'], undefined],
    ["timeout: 5s\n---\ntimeout: 6s\n", ["2:1 a second YAML document"], ["Keep only one document in the file."]],
  ])("reports what is wrong with %j and where", async (text, expected, hints) => {
    expect(await problems(text)).toEqual(expected);
    if (hints !== undefined) expect(await remedies(text)).toEqual(hints);
  });

  test("reports all problems at once", async () => {
    expect(await problems("timeot: 5s\npretty: 1\nhttp:\n  timeout: soon\n  proxy: ftp://x\n")).toHaveLength(4);
  });

  test.each([
    ["timeout: 5s\ntimeout: 6s\n", 2],
    ["http: {timeout: 5s\n", 2],
    ["\ttimeout: 5s\n", 1],
    ["timeout: *nowhere\n", 1],
    ["a: 'b\n", 2],
  ])("locates YAML errors: %j", async (text, line) => {
    const file = await parseConfig(text, "c.yaml", false);
    expect(file.problems.length).toBeGreaterThan(0);
    expect(file.problems[0]?.line).toBeLessThanOrEqual(line);
    expect(file.problems[0]?.line).toBeGreaterThan(0);
    expect(file.problems[0]?.column).toBeGreaterThan(0);
    expect(file.settings).toEqual([]);
  });

  test("a file of the current folder never weakens security", async () => {
    const loosening = "http:\n  verify_ssl: false\n  proxy: http://elsewhere:1\n  ca_file: mine.pem\n";
    expect(await problems(loosening, true)).toEqual([
      expect.stringContaining('2:15 "http.verify_ssl" may not be set to this'),
      expect.stringContaining('3:10 "http.proxy" may not be set to this'),
      expect.stringContaining('4:12 "http.ca_file" may not be set to this'),
    ]);
    expect(await settings(loosening, false)).toMatchObject({ "http.verify_ssl": false });
    expect(await settings("http:\n  verify_ssl: true\n  timeout: 1s\n", true)).toEqual({
      "http.verify_ssl": true,
      "http.timeout": 1_000,
    });
    expect(await problems('http:\n  proxy: ""\n', true)).toHaveLength(1);
  });

  test("never throws or takes long, even with nested aliases", async () => {
    const bomb = [
      "a0: &a0 [x]",
      ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`),
    ];
    expect((await problems(bomb.join("\n"))).length).toBe(31);
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.constantFrom(
            "timeout",
            "http",
            ":",
            " ",
            "\n",
            "  ",
            "- ",
            "{",
            "}",
            "[",
            "&a",
            "*a",
            "5s",
            "'",
            '"',
            "|",
            "#",
            "!!",
            "---",
            "?",
            "%",
          ),
        ),
        async (parts) => {
          const file = await parseConfig(parts.join(""), "c", true);
          for (const { line, column } of file.problems) expect((line ?? 0) > 0 && (column ?? 0) > 0).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("readConfigFile", () => {
  test("returns undefined for a missing file; anything but a regular UTF-8 file is a problem", async () => {
    using folder = temporaryFolder();
    const at = (name: string) => join(folder.path, name);
    const message = async (name: string) => (await readConfigFile(at(name), true))?.problems[0]?.message;
    expect(await readConfigFile(at("none"), true)).toBeUndefined();
    mkdirSync(at("folder"));
    expect(await message("folder")).toBe("is not a regular file");
    await shell(`mkfifo '${at("pipe")}'`);
    expect(await message("pipe")).toBe("is not a regular file");
    writeFileSync(at("binary"), new Uint8Array([0xc3, 0x28]));
    expect(await message("binary")).toBe("is not UTF-8 text");
    writeFileSync(at("large"), "#".repeat(1024 * 1024 + 1));
    expect(await message("large")).toContain("the limit is 1MB");
    writeFileSync(at("secret"), "timeout: 5s");
    chmodSync(at("secret"), 0);
    if (process.getuid?.() !== 0) expect(await message("secret")).toBe("cannot be read: permission denied");
  });
});
