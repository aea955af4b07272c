import type { ConfigKey, ConfigValues } from "../config/keys.ts";
import { formatValue } from "../config/value-form.ts";
import { RatchetError } from "../domain/errors.ts";
import { DEFAULT_LIMITS, type ExecutionLimits } from "../domain/limits.ts";
import type { Problem } from "../domain/problem.ts";
import { LIMIT_FIELDS } from "./task-limits.ts";

/** The highest limits that a server allows, whatever a task's metadata asks for. */
export type LimitCaps = Readonly<ExecutionLimits>;

type LimitName = keyof typeof LIMIT_FIELDS;

/** The configuration key that caps each member of `limits`. */
export const CAP_KEYS = {
  time: "execution.max_execution_duration",
  // What a server allows a task in total is enough for its end.
  cleanup: "execution.max_execution_duration",
  memory: "execution.max_memory",
  stack: "execution.max_stack",
  output: "execution.max_output_size",
  logs: "execution.max_log_size",
  fetches: "execution.max_fetches",
  fetchResponse: "execution.max_fetch_response_size",
  fetchTotal: "execution.max_fetch_total_size",
} as const satisfies Record<LimitName, ConfigKey>;

/** Members of `limits` that can end an execution with each code. */
const LIMITS_OF_CODE: Partial<Record<RatchetError["code"], readonly LimitName[]>> = {
  TIME_LIMIT: ["time"],
  MEMORY_LIMIT: ["memory"],
  STACK_LIMIT: ["stack"],
  OUTPUT_LIMIT: ["output"],
  LOG_LIMIT: ["logs"],
  FETCH_LIMIT: ["fetches", "fetchResponse", "fetchTotal"],
};

const limitNames = (): LimitName[] => Object.keys(LIMIT_FIELDS) as LimitName[];

/** Returns the caps of a configuration. */
export function readCaps(config: ConfigValues): LimitCaps {
  const caps: ExecutionLimits = { ...DEFAULT_LIMITS };
  for (const name of limitNames()) caps[LIMIT_FIELDS[name].limit] = config[CAP_KEYS[name]];
  return caps;
}

/** Returns the limits of an execution: what the task asks for or the defaults, but no more than the caps. */
export function cappedLimits(asked: Partial<ExecutionLimits> | undefined, caps: LimitCaps): ExecutionLimits {
  const limits = { ...DEFAULT_LIMITS, ...asked };
  for (const name of limitNames()) {
    const { limit } = LIMIT_FIELDS[name];
    limits[limit] = Math.min(limits[limit], caps[limit]);
  }
  return limits;
}

/** Returns the members of `limits` that ask for more than the server allows, with both values formatted. */
function reduced(asked: Partial<ExecutionLimits> | undefined, caps: LimitCaps) {
  return limitNames().flatMap((name) => {
    const { limit, form } = LIMIT_FIELDS[name];
    const wanted = asked?.[limit];
    if (wanted === undefined || wanted <= caps[limit]) return [];
    return [{ name, key: CAP_KEYS[name], wanted: formatValue(form, wanted), cap: caps[limit] }].map((one) => ({
      ...one,
      allowed: formatValue(form, one.cap),
    }));
  });
}

/**
 * Returns warnings about limits in a task's metadata that exceed this configuration.
 * @param file path of metadata.json as the user would write it
 */
export function capProblems(asked: Partial<ExecutionLimits> | undefined, caps: LimitCaps, file: string): Problem[] {
  return reduced(asked, caps).map(({ name, key, wanted, allowed }) => ({
    severity: "warning",
    file,
    pointer: `/limits/${name}`,
    message: `The limit ${name} asks for ${wanted}, but a server with this configuration allows ${allowed}.`,
    remedy: `Raise ${key} on the server, or ask for less.`,
  }));
}

/** Extends the error for a reached limit if the server had reduced that limit. */
export function withCap(error: RatchetError, asked: Partial<ExecutionLimits> | undefined, caps: LimitCaps) {
  const names = LIMITS_OF_CODE[error.code] ?? [];
  const found = reduced(asked, caps).find(
    ({ name, cap }) => names.includes(name) && (names.length === 1 || error.data.limit === cap),
  );
  if (found === undefined) return error;
  const { name, key, wanted, allowed } = found;
  const reason = `the task asks for ${wanted} (limits.${name}), but ${key} on the server allows ${allowed}`;
  return new RatchetError(error.code, `${error.message}; ${reason}`, {
    data: { ...error.data, cappedBy: key },
    remedy: `raise ${key} on the server, or make the task need less`,
    problems: error.problems,
    guest: error.guest,
    cause: error,
  });
}
