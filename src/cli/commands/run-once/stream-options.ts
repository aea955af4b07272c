import { CONFIG_KEYS } from "../../../config/keys.ts";
import { HIGHEST_MAX_RETRIES } from "../../../domain/retry-policy.ts";
import type { ArgDefinition } from "../../framework/command.ts";
import { readRate } from "./rate-gate.ts";

/** Options that make a run one over a stream. */
export const STREAM = ["ndjson", "input-format"] as const;

/** Forms in which a stream can be read. */
export const INPUT_FORMATS = ["ndjson", "csv"] as const;
/** Forms in which the results of a stream can be written. */
export const OUTPUT_FORMATS = ["json", "csv", "table"] as const;

/** Options for runs over a stream. */
export const STREAM_OPTIONS = {
  ndjson: {
    type: "boolean",
    description: "Read one input per line (from --input-file or standard input), and write one result per line.",
  },
  "input-format": {
    type: "enum",
    options: [...INPUT_FORMATS],
    valueHint: "FORMAT",
    description: "Read a stream in this form: ndjson, as --ndjson does, or csv with a header, one input per row.",
  },
  "output-format": {
    type: "enum",
    options: [...OUTPUT_FORMATS],
    valueHint: "FORMAT",
    needs: STREAM,
    description: "Write the results of a stream in this form: json (one per line), csv or table. Default: json.",
  },
  unordered: {
    type: "boolean",
    needs: STREAM,
    description: "Write results as they arrive, not in the order of the input.",
  },
  concurrency: {
    type: "string",
    form: CONFIG_KEYS.concurrency.form,
    valueHint: "N",
    needs: STREAM,
    description:
      "How many lines are in progress at once, including those that wait. Default: 4096; one line computes per processor.",
  },
  rate: {
    type: "string",
    form: {
      type: "string",
      check: (text) => (readRate(text) === undefined ? "is not a rate such as 100/1m" : undefined),
    },
    valueHint: "N/TIME",
    needs: STREAM,
    description:
      "How many lines may start per period, such as 100/1m. They start at even intervals; retries count too.",
  },
  retry: {
    type: "string",
    form: { type: "integer", min: 0, max: HIGHEST_MAX_RETRIES },
    valueHint: "N",
    needs: STREAM,
    description: "Retry each line up to N times, after the errors and with the delays that apply to jobs of a server.",
  },
  "fail-fast": { type: "boolean", needs: STREAM, description: "Stop at the first line that fails." },
  envelope: {
    type: "boolean",
    needs: STREAM,
    description: 'Write {"line","ok","output" or "error","durationMs"} for each line, with its number in the input.',
  },
  checkpoint: {
    type: "string",
    valueHint: "FILE",
    complete: "file",
    needs: STREAM,
    excludes: ["dry-run"],
    description: "Record finished lines in a file. After an interruption, the same command continues behind them.",
  },
} as const satisfies Record<string, ArgDefinition>;

/** Tells whether the options ask for a run over a stream. */
export function isStream(options: { ndjson: boolean; "input-format": string | undefined }): boolean {
  return options.ndjson || options["input-format"] !== undefined;
}
