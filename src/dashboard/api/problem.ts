/** One place in a request that is wrong. */
export interface Violation {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  readonly message: string;
}

/** A request that the server refused, or that did not reach it. */
export class Problem extends Error {
  /** The HTTP status; 0 if there was no response. */
  readonly status: number;
  /** The stable code of the error, such as JOB_NOT_FOUND. */
  readonly code: string;
  /** What to do next, if the server says it. */
  readonly remedy: string | undefined;
  readonly violations: readonly Violation[];

  constructor(message: string, { status, code, remedy, violations = [] }: Partial<Omit<Problem, keyof Error>>) {
    super(message);
    this.name = "Problem";
    this.status = status ?? 0;
    this.code = code ?? "UNREACHABLE";
    this.remedy = remedy;
    this.violations = violations;
  }
}

/** Reads a problem document (RFC 9457), or else says what is known about the response. */
export async function readProblem(response: Response): Promise<Problem> {
  const { status } = response;
  const read: unknown = await response.json().catch(() => undefined);
  if (typeof read !== "object" || read === null) {
    return new Problem(`The server responded with status ${status}.`, { status, code: `HTTP_${status}` });
  }
  const { detail, title, code, remedy, errors } = read as Record<string, unknown>;
  return new Problem(String(detail ?? title ?? `The server responded with status ${status}.`), {
    status,
    code: typeof code === "string" ? code : `HTTP_${status}`,
    remedy: typeof remedy === "string" ? remedy : undefined,
    violations: Array.isArray(errors) ? errors.filter(isViolation) : [],
  });
}

/** Returns what happened as a problem, whatever was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof TypeError) {
    return new Problem("The server can't be reached.", { remedy: "Check that it is running; this page tries again." });
  }
  return new Problem(error instanceof Error ? error.message : String(error), { code: "PAGE_FAULT" });
}

function isViolation(value: unknown): value is Violation {
  const { pointer, message } = (value ?? {}) as Record<string, unknown>;
  return typeof pointer === "string" && typeof message === "string";
}
