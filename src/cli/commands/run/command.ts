import { defineCommand } from "../../framework/command.ts";
import { RUN_OPTIONS } from "./options.ts";

/** `ratchet run`: its options. The implementation is loaded when it runs. */
export const RUN = defineCommand({
  meta: {
    name: "run",
    description: "Run a task or a single .js or .ts file",
    details: [
      "Runs a task in the sandbox and prints its result as one line of JSON. What follows the path are options of the " +
        "task, made from its input schema: --name value, --flag, dots for values inside objects, repetition for lists. " +
        "`ratchet run PATH --help` lists them. Ratchet's own options come before the path.",
      "A single file needs no schema. It takes any --key value: JSON if it parses as JSON, and text otherwise. " +
        "It may describe itself with `export const input = {...}`, `output` and `meta`. Start it with " +
        "`#!/usr/bin/env -S ratchet run` to make it a program of its own.",
      "The input can also be JSON: with -i JSON or -i @FILE before the path, or from standard input with - after it.",
    ],
    examples: [
      ["ratchet run hello.ts --name Ada", "a single file"],
      ["ratchet run tasks/addition --num1 5 --num2 10", 'prints {"sum":15}'],
      ["ratchet run tasks#greeting --help", "the options of one task of a collection"],
      [
        "ratchet run --timeout 500ms -o result.json tasks/addition - < input.json",
        "own options, then the path, then the input",
      ],
    ],
  },
  args: RUN_OPTIONS,
  otherOptions: {
    "--json": "The result is JSON already: leave it out.",
    "--file": "Write the path alone: `ratchet run hello.ts`.",
    "-f": "Write the path alone: `ratchet run hello.ts`.",
    "--watch": "Use `ratchet watch PATH`.",
    "-w": "Use `ratchet watch PATH`.",
    "--csv": "Write --input-format csv, and --output-format csv for the results.",
    "--stdin": "Write - behind the path: `ratchet run hello.ts - < input.json`.",
    "--args": "Write the options of the task behind its path: `ratchet run hello.ts --name Ada`.",
    "--silent": "Write --quiet.",
    "--debug": "Write --verbose.",
  },
  async run({ args, data }) {
    return (await import("./run-task.ts")).runTask(args, data);
  },
});
