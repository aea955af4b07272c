import { RatchetError } from "../../../domain/errors.ts";
import type { JsonValue } from "../../../domain/json.ts";
import type { GivenApproval } from "../../../execution/durable/memory/approval-box.ts";
import type { GivenSignal } from "../../../execution/durable/memory/signal-box.ts";
import { isObject } from "../../../lib/is-object.ts";
import type { ArgDefinition } from "../../framework/command.ts";

/** Options that answer what a task waits for. */
export const DURABLE_OPTIONS = {
  signal: {
    type: "string",
    valueHint: "NAME=JSON",
    multiple: true,
    description: "Send a signal to `context.waitFor`; those of one name arrive in this order. Can be repeated.",
  },
  approve: {
    type: "string",
    valueHint: "TITLE=JSON",
    multiple: true,
    description:
      'Decide about `context.approve`: true, false, or {"approved":true,"input":...}. Can be repeated; several of one title decide in this order.',
  },
} as const satisfies Record<string, ArgDefinition>;

/** Values of these options. */
export interface DurableOptions {
  signal: readonly string[];
  approve: readonly string[];
}

/** Who decides, in results of `context.approve`. */
const DECIDED_BY = "command line";

/** What the options answer. */
export interface GivenAnswers {
  signals: GivenSignal[];
  approvals: GivenApproval[];
}

/** Reads the options. @throws {RatchetError} USAGE */
export function readAnswers({ signal, approve }: DurableOptions): GivenAnswers {
  return {
    signals: signal.map((option) => {
      const { name, value } = nameAndValue("--signal", option);
      return { name, payload: value };
    }),
    approvals: approve.map((option) => {
      const { name: title, value } = nameAndValue("--approve", option);
      return { title, by: DECIDED_BY, ...decisionOf(value) };
    }),
  };
}

function decisionOf(value: JsonValue): Pick<GivenApproval, "approved" | "input"> {
  if (typeof value === "boolean") return { approved: value };
  if (!isObject(value)) return value === null ? { approved: true } : { approved: true, input: value };
  const { approved, decision, input } = value;
  const isDecided = typeof approved === "boolean" || decision === "approve" || decision === "reject";
  // What is not a decision is the input of one that approves.
  if (!isDecided) return { approved: true, input: value };
  const says = typeof approved === "boolean" ? approved : decision === "approve";
  return input === undefined ? { approved: says } : { approved: says, input };
}

/** Splits at the first equals sign that is followed by JSON: a title may contain some too. */
function nameAndValue(option: string, text: string): { name: string; value: JsonValue } {
  for (let equals = text.indexOf("="); equals > 0; equals = text.indexOf("=", equals + 1)) {
    try {
      return { name: text.slice(0, equals), value: JSON.parse(text.slice(equals + 1)) as JsonValue };
    } catch {
      // The next one may be it.
    }
  }
  const form = option === "--signal" ? "NAME=JSON" : "TITLE=JSON";
  throw new RatchetError("USAGE", `${option} ${JSON.stringify(text)} is not ${form}.`, {
    remedy: option === "--signal" ? `Write --signal 'paid={"sum":5}'.` : `Write --approve 'Buy it?=true'.`,
  });
}
