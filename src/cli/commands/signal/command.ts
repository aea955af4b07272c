import { RatchetError } from "../../../domain/errors.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { printable, writeStdout } from "../../framework/output.ts";
import { askServer, REFERENCE_FORM, SERVER_OPTIONS } from "../../framework/server-command.ts";
import { executionId } from "../executions/execution-id.ts";
import { givenInput, INPUT_OPTIONS } from "../input-options.ts";

/** How the first argument can name the run. */
const WAYS = ["execution", "job", "correlation-key"] as const;

/** `ratchet signal`. */
export const SIGNAL = defineCommand({
  meta: {
    name: "signal",
    description: "Send a signal to a run of a running server",
    details: [
      "A task that waits with context.waitFor gets the value. If it does not wait yet, the signal is kept for it. The command prints which of the two happened.",
      "A script that may run twice should pass an --idempotency-key: a repeat is not delivered again.",
    ],
    examples: [
      [`ratchet signal 31 payment-confirmed --input-json '{"reference":"4711"}'`, "to execution 31"],
      ["ratchet signal order-17 cancelled --by correlation-key", "to the job that was created with this key"],
    ],
  },
  args: {
    run: {
      type: "positional",
      form: REFERENCE_FORM,
      description: "Id of the execution; with --by, id of the job or its correlation key.",
    },
    name: { type: "positional", form: REFERENCE_FORM, description: "Name of the signal." },
    by: {
      type: "enum",
      options: [...WAYS],
      valueHint: "WAY",
      description: `What the first argument is: ${WAYS.join(", ")}. Default: execution.`,
    },
    ...INPUT_OPTIONS,
    "input-json": { ...INPUT_OPTIONS["input-json"], description: "The value. Default: null." },
    "input-file": { ...INPUT_OPTIONS["input-file"], description: "Read the value from a file; - is standard input." },
    "idempotency-key": {
      type: "string",
      valueHint: "KEY",
      description: "Do not deliver the signal again if one with this key was sent.",
    },
    ...SERVER_OPTIONS,
  },
  async run({ args, data }) {
    const path = signalPath(args.run, args.name, args.by ?? "execution");
    const value = givenInput(args) ?? null;
    const key = args["idempotency-key"];
    const headers: [string, string][] = key === undefined ? [] : [["idempotency-key", quoted(key)]];
    return askServer(args, data, async (client) => {
      const sent = await client.call("POST", path, value, headers);
      const until = sent.status === "kept" ? ` until the run waits for ${JSON.stringify(args.name)}` : "";
      writeStdout(
        args.json ? `${JSON.stringify(sent)}\n` : `${printable(`signal ${sent.id} is ${sent.status}${until}`)}\n`,
      );
      return EXIT.done;
    });
  },
});

function signalPath(run: string, name: string, by: (typeof WAYS)[number]): string {
  const signal = `signals/${encodeURIComponent(name)}`;
  if (by === "correlation-key") return `/api/v1/${signal}?correlationKey=${encodeURIComponent(run)}`;
  const wrong = executionId.check(run);
  if (wrong === undefined) return `/api/v1/${by}s/${run}/${signal}`;
  throw new RatchetError(
    "USAGE",
    `signal: ${JSON.stringify(run)} is not the id of ${by === "job" ? "a job" : "an execution"}.`,
    {
      remedy: "Pass an id, or --by correlation-key with the key that the job was created with.",
    },
  );
}

/** A header can't have every character, so the key is sent as a string of a structured field (RFC 8941, section 3.3.3). */
function quoted(key: string): string {
  return `"${key.replace(/["\\]/g, "\\$&")}"`;
}
