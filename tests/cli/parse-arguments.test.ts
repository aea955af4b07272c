import { describe, expect, test } from "bun:test";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { defineCommand } from "../../src/cli/framework/command.ts";
import { type ParsedArguments, parseArguments } from "../../src/cli/framework/parse-arguments.ts";
import { RatchetError } from "../../src/domain/errors.ts";

const COMMAND = defineCommand({
  meta: { name: "make", description: "", details: [], examples: [] },
  args: {
    kind: { type: "positional", description: "", form: { type: "choice", choices: ["task", "test"] }, required: false },
    where: { type: "positional", description: "", multiple: true, required: false },
    path: { type: "string", valueHint: "DIR", description: "" },
    set: { type: "string", multiple: true, description: "" },
    timeout: { type: "string", form: { type: "duration" }, description: "", excludes: ["forever"] },
    count: { type: "string", form: { type: "integer", min: 1, max: 9 }, description: "" },
    forever: { type: "boolean", description: "" },
    pretty: { type: "boolean", negativeDescription: "Switch it off.", description: "" },
    colour: { type: "enum", options: ["always", "never"], description: "", needs: "pretty" },
  },
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
    const { args, words } = parse("task", "--path", "a b", "--set=x=1", "--forever", "--set", "y=2", "here", "there");
    expect(args.path).toBe("a b");
    expect(args.set).toEqual(["x=1", "y=2"]);
    expect(args.forever).toBe(true);
    expect(words).toEqual(["task", "here", "there"]);
  });

  test("returns false, undefined or an empty list for what is not given", () => {
    const { args } = parse();
    expect(args).toMatchObject({ forever: false, set: [] });
    expect(args.path).toBeUndefined();
    expect(args.pretty).toBeUndefined();
  });

  test("reads values by their form", () => {
    expect(parse("--timeout", "1.5s", "--count=3").args).toMatchObject({ timeout: 1500, count: 3 });
  });

  test("takes the last of an option given twice, and --no- as the end of a flag", () => {
    expect(parse("--path", "a", "--path", "b").args.path).toBe("b");
    expect(parse("--pretty", "--no-pretty").args.pretty).toBe(false);
    expect(parse("--no-pretty", "--pretty").args.pretty).toBe(true);
  });

  test("takes an empty value, a dash, a number below zero, and anything after an equals sign as a value", () => {
    expect(parse("--path", "").args.path).toBe("");
    expect(parse("--path", "-").args.path).toBe("-");
    expect(parse("--path", "-5").args.path).toBe("-5");
    expect(parse("--path=--forever").args.path).toBe("--forever");
    expect(parse("--path==").args.path).toBe("=");
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
      'make: --timeout: "5" is not a duration. Write a number with ms, s, m, h, d or w, such as 300ms, 5s or 1m30s.',
    ],
    [["--timeout", "0s"], 'make: --timeout: "0s" is less than 1ms. The smallest value is 1ms.'],
    [["--timeout=9999h"], 'make: --timeout: "9999h" is more than 596h. The largest value is 596h.'],
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
        const parsed = parse(...line);
        expect(parsed.words).toEqual(oracle.positionals);
        expect({ forever: parsed.args.forever, path: parsed.args.path, set: parsed.args.set }).toEqual({
          forever: oracle.values.forever,
          path: oracle.values.path,
          set: oracle.values.set,
        });
      }),
    );
  });
});
