import { describe, expect, test } from "bun:test";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { defineCommand } from "../../src/cli/command.ts";
import { type ParsedArguments, parseArguments } from "../../src/cli/parse-arguments.ts";
import { RatchetError } from "../../src/domain/errors.ts";

const COMMAND = defineCommand({
  name: "make",
  summary: "",
  description: [],
  positionals: [
    { name: "KIND", description: "", form: { type: "choice", choices: ["task", "test"] } },
    { name: "PATH", description: "", multiple: true },
  ],
  options: {
    path: { form: { type: "string" }, value: "DIR", description: "" },
    set: { form: { type: "string" }, multiple: true, description: "" },
    timeout: { form: { type: "duration" }, description: "", excludes: ["forever"] },
    count: { form: { type: "integer", min: 1, max: 9 }, description: "" },
    forever: { description: "" },
    pretty: { negatable: true, description: "" },
    colour: { form: { type: "choice", choices: ["always", "never"] }, description: "", needs: "pretty" },
  },
  examples: [],
  run: async () => 0,
});

function parse(...args: string[]): ParsedArguments {
  return parseArguments(COMMAND, args);
}

function fault(...args: string[]): string {
  try {
    parse(...args);
  } catch (error) {
    if (error instanceof RatchetError && error.code === "USAGE") return `${error.message} ${error.remedy}`;
    throw error;
  }
  return "no fault";
}

describe("parseArguments", () => {
  test("reads flags, values in both spellings, lists and words", () => {
    const { options, words } = parse(
      "task",
      "--path",
      "a b",
      "--set=x=1",
      "--forever",
      "--set",
      "y=2",
      "here",
      "there",
    );
    expect(options.path).toBe("a b");
    expect(options.set).toEqual(["x=1", "y=2"]);
    expect(options.forever).toBe(true);
    expect(words).toEqual(["task", "here", "there"]);
  });

  test("gives what was not asked for as false, undefined or an empty list", () => {
    const { options } = parse();
    expect(options).toMatchObject({ forever: false, set: [] });
    expect(options.path).toBeUndefined();
    expect(options.pretty).toBeUndefined();
  });

  test("reads values by their form", () => {
    expect(parse("--timeout", "1.5s", "--count=3").options).toMatchObject({ timeout: 1500, count: 3 });
  });

  test("takes the last of an option given twice, and --no- as the end of a flag", () => {
    expect(parse("--path", "a", "--path", "b").options.path).toBe("b");
    expect(parse("--pretty", "--no-pretty").options.pretty).toBe(false);
    expect(parse("--no-pretty", "--pretty").options.pretty).toBe(true);
  });

  test("takes an empty value, a dash, a number below zero, and anything after an equals sign as a value", () => {
    expect(parse("--path", "").options.path).toBe("");
    expect(parse("--path", "-").options.path).toBe("-");
    expect(parse("--path", "-5").options.path).toBe("-5");
    expect(parse("--path=--forever").options.path).toBe("--forever");
    expect(parse("--path==").options.path).toBe("=");
  });

  test("takes everything after -- as words", () => {
    expect(parse("task", "--", "--forever", "--").words).toEqual(["task", "--forever", "--"]);
  });

  test.each([
    [["--pth", "x"], "make: unknown option --pth. Did you mean --path?"],
    [["--Timeout", "1s"], "make: unknown option --Timeout. Did you mean --timeout?"],
    [["--tmieout=1s"], "make: unknown option --tmieout. Did you mean --timeout?"],
    [["--zzzzzz"], "make: unknown option --zzzzzz. `ratchet make --help` lists the options."],
    [["-p"], "make: unknown option -p. `ratchet make --help` lists the options."],
    [["--__proto__"], "make: unknown option --__proto__. `ratchet make --help` lists the options."],
    [["--constructor=1"], "make: unknown option --constructor. `ratchet make --help` lists the options."],
    [["--no-forever"], "make: unknown option --no-forever. Did you mean --forever?"],
    [["--no-path"], "make: unknown option --no-path. Did you mean --path?"],
    [["--"], "no fault"],
    [["---"], "make: unknown option ---. `ratchet make --help` lists the options."],
    [["--path"], "make: --path needs a value. Write --path DIR, or --path=DIR when the value starts with a dash."],
    [
      ["--path", "--forever"],
      "make: --path needs a value. Write --path DIR, or --path=DIR when the value starts with a dash.",
    ],
    [
      ["--path", "--"],
      "make: --path needs a value. Write --path DIR, or --path=DIR when the value starts with a dash.",
    ],
    [["--forever=yes"], "make: --forever takes no value. Write --forever alone."],
    [
      ["--timeout", "5"],
      'make: --timeout: "5" is not a duration. Write a number with ms, s, m, h or d, such as 300ms, 5s or 2m.',
    ],
    [["--timeout", "0s"], 'make: --timeout: "0s" is less than 1ms. The smallest value is 1ms.'],
    [["--timeout=9999h"], 'make: --timeout: "9999h" is more than 2147483647ms. The largest value is 2147483647ms.'],
    [["--count", "10"], 'make: --count: "10" is more than 9. The largest value is 9.'],
    [["--count", "1e1"], 'make: --count: "1e1" is not a whole number. Write digits only, such as 8.'],
    [["--timeout", "1s", "--forever"], "make: --timeout and --forever exclude each other. Give only one of them."],
    [["--colour", "never"], "make: --colour works only with --pretty. Add --pretty."],
    [["--pretty", "--colour", "nevr"], 'make: --colour: "nevr" is not one of the choices. Write one of always, never.'],
    [["tsk"], 'make: KIND: "tsk" is not one of the choices. Did you mean task? Write one of task, test.'],
  ])("says what is wrong with %j", (args, message) => {
    expect(fault(...args)).toBe(message);
  });

  test("reads valid command lines as node:util does", () => {
    const argument = fc.oneof(
      fc.constantFrom("--forever", "--path=x", "--set=a=1", "--set=b", "word", "", "--path=", "a=b", "-"),
      fc.stringMatching(/^[a-z=.]{0,6}$/).map((text) => `--path=${text}`),
    );
    fc.assert(
      fc.property(fc.array(argument, { maxLength: 8 }), fc.boolean(), fc.array(fc.string()), (args, cut, rest) => {
        const line = ["task", ...args, ...(cut ? ["--", ...rest] : [])];
        const oracle = parseArgs({
          args: line,
          allowPositionals: true,
          options: {
            forever: { type: "boolean", default: false },
            path: { type: "string" },
            set: { type: "string", multiple: true, default: [] },
          },
        });
        const { options, words } = parse(...line);
        expect(words).toEqual(oracle.positionals);
        expect({ forever: options.forever, path: options.path, set: options.set }).toEqual({
          forever: oracle.values.forever,
          path: oracle.values.path,
          set: oracle.values.set,
        });
      }),
    );
  });
});
