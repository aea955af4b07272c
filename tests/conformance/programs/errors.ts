import { expect } from "bun:test";
import { GUEST_ERROR_TYPES } from "../../../src/domain/guest-errors.ts";
import type { ConformanceProgram, ProgramGroup } from "../program.ts";

/** Each typed error, thrown with a cause. */
const typed: ConformanceProgram[] = Object.entries(GUEST_ERROR_TYPES)
  .filter(([type]) => type !== "HttpError")
  .map(([type, { status }]) => ({
    name: `${type} keeps its name, message, status and cause`,
    code: `() => { throw new ${type}("what happened", { cause: new Error("why") }); }`,
    fails: "TASK_FAILED",
    message: new RegExp(`^${type}: what happened$`),
    guest: {
      name: type,
      message: "what happened",
      ...(status === undefined ? {} : { status }),
      cause: { name: "Error", message: "why" },
    },
  }));

/** What becomes of what a task throws. */
export const errors: ProgramGroup = {
  title: "errors",
  programs: [
    ...typed,
    {
      name: "HttpError takes its status first",
      code: "() => { throw new HttpError(418, 'teapot', { cause: 'tea' }); }",
      fails: "TASK_FAILED",
      guest: { name: "HttpError", message: "teapot", status: 418, cause: { name: "Error", message: "tea" } },
    },
    {
      name: "RateLimitError keeps retryAfterMs",
      code: "async () => { throw new RateLimitError('slow down', { retryAfterMs: 1500 }); }",
      fails: "TASK_FAILED",
      guest: { name: "RateLimitError", status: 429, retryAfterMs: 1500 },
    },
    {
      name: "typed errors are errors, with their class",
      code: `() => {
        const error = new ValidationError("m");
        return [error instanceof ValidationError, error instanceof Error, error instanceof DataError, String(error),
          Object.prototype.toString.call(error), error.constructor.name, typeof error.stack];
      }`,
      output: [true, true, false, "ValidationError: m", "[object Error]", "ValidationError", "string"],
    },
    {
      name: "PermissionError is an AuthorizationError with a code",
      code: `() => {
        const error = new PermissionError("no");
        return [error instanceof AuthorizationError, error.code, error.status, error.name, Object.keys(new AuthorizationError("no"))];
      }`,
      output: [true, "PERMISSION_DENIED", 403, "PermissionError", ["status", "retryAfterMs"]],
    },
    {
      name: "a subclass of a typed error keeps the status",
      code: "class Mine extends AuthorizationError { name = 'Mine'; } () => { throw new Mine('no'); }",
      fails: "TASK_FAILED",
      guest: { name: "Mine", message: "no", status: 403 },
    },
    {
      name: "the stack names the task's file and line",
      code: "function inner() { throw new TypeError('here'); }\nfunction main() {\n  inner();\n}",
      fails: "TASK_FAILED",
      guest: { name: "TypeError", stack: expect.stringMatching(/inner \(main\.js:1:\d+\)\n.*main \(main\.js:3:\d+\)/) },
    },
    {
      name: "a stack begins with name and message, and has no frames but the task's",
      code: `function main() {
        const named = new (class Mine extends Error { constructor(m) { super(m); this.name = "Mine"; } })("own");
        const errors = [new Error("a"), new TypeError(""), named, new DOMException("d", "AbortError")];
        for (const fail of [() => null.x, () => atob("*"), () => structuredClone(() => {}), () => new URL("::"), () => JSON.parse("{")]) {
          try { fail(); } catch (error) { errors.push(error); }
        }
        return errors.map((error) => [error.stack.split("\\n    at ")[0] === String(error), /ratchet|native/.test(error.stack), /main \\(main.js:\\d+:/.test(error.stack)]);
      }`,
      output: Array.from({ length: 9 }, () => [true, false, true]),
    },
    {
      name: "a stack can be captured, set and prepared",
      code: `function main() {
        const target = { name: "Name", message: "message" };
        function hidden() { Error.captureStackTrace(target, hidden); }
        hidden();
        const own = Object.getOwnPropertyNames(target).includes("stack") && !Object.keys(target).includes("stack");
        const error = new Error("x");
        error.stack = "set";
        Error.prepareStackTrace = (error, sites) => sites.map((site) => [site.getFileName(), site.getLineNumber(), typeof site.getFunction]);
        const prepared = new Error("y").stack;
        Error.prepareStackTrace = undefined;
        return [own, target.stack.split("\\n")[0], target.stack.includes("hidden"), error.stack, prepared, new Error("z").stack.split("\\n")[0]];
      }`,
      output: [true, "Name: message", false, "set", [["main.js", 9, "undefined"]], "Error: z"],
    },
    {
      name: "an error says its class, its base classes and its code",
      code: "class Quota extends ValidationError {} () => { throw Object.assign(new Quota('q'), { code: 'E_QUOTA' }); }",
      fails: "TASK_FAILED",
      guest: { name: "ValidationError", classes: ["Quota", "ValidationError", "Error"], code: "E_QUOTA" },
    },
    {
      name: "the errors of an AggregateError are kept, with their causes",
      code: "() => Promise.any([Promise.reject(new RangeError('a', { cause: new DataError('c') })), Promise.reject('b')])",
      fails: "TASK_FAILED",
      guest: {
        name: "AggregateError",
        errors: [
          { name: "RangeError", message: "a", cause: { name: "DataError", message: "c" } },
          { name: "Error", message: "b" },
        ],
      },
    },
    {
      name: "as many errors are kept as fit, also of one that holds itself",
      code: "() => { const all = new AggregateError(Array.from({ length: 1e3 }, () => new Error('x'.repeat(1e4)))); all.errors[0] = all; throw all; }",
      fails: "TASK_FAILED",
      guest: {
        name: "AggregateError",
        errors: expect.arrayContaining([{ name: "AggregateError", message: "(circular)" }]),
      },
    },
    {
      name: "causes are kept to a depth, circles end",
      code: "() => { const a = new Error('a'); const b = new Error('b', { cause: a }); a.cause = b; throw a; }",
      fails: "TASK_FAILED",
      guest: { message: "a", cause: { name: "Error", message: "b", cause: { name: "Error", message: "(circular)" } } },
    },
    {
      name: "an error that is its own cause is shown once",
      code: "() => { const a = new TypeError('a'); a.cause = a; throw a; }",
      fails: "TASK_FAILED",
      guest: { message: "a", cause: { name: "TypeError", message: "(circular)" } },
    },
    {
      name: "an error that several others share is shown with each of them",
      code: "() => { const cause = new DataError('c'); throw new AggregateError([new Error('a', { cause }), new Error('b', { cause })]); }",
      fails: "TASK_FAILED",
      guest: {
        errors: [
          { name: "Error", message: "a", cause: { name: "DataError", message: "c" } },
          { name: "Error", message: "b", cause: { name: "DataError", message: "c" } },
        ],
      },
    },
    {
      name: "a rejection fails like a throw",
      code: "() => Promise.reject(new DataError('bad'))",
      fails: "TASK_FAILED",
      guest: { name: "DataError", message: "bad" },
    },
    { name: "a thrown string", code: "() => { throw 'text'; }", fails: "TASK_FAILED", guest: { message: "text" } },
    { name: "a thrown null", code: "() => { throw null; }", fails: "TASK_FAILED", guest: { message: "null" } },
    { name: "a thrown undefined", code: "() => { throw undefined; }", fails: "TASK_FAILED" },
    { name: "a thrown symbol", code: "() => { throw Symbol('s'); }", fails: "TASK_FAILED", message: /Symbol\(s\)/ },
    {
      name: "a thrown object with message",
      code: "() => { throw { name: 'Odd', message: 'object', status: 409 }; }",
      fails: "TASK_FAILED",
      guest: { name: "Odd", message: "object", status: 409 },
    },
    {
      name: "a thrown object without message is shown as JSON",
      code: "() => { throw { code: 17 }; }",
      fails: "TASK_FAILED",
      message: /\{"code":17\}/,
    },
    {
      name: "an error whose getters throw",
      code: "() => { throw { get name() { throw 1; }, get message() { throw 2; }, get cause() { throw 3; } }; }",
      fails: "TASK_FAILED",
    },
    {
      name: "a thrown proxy that refuses everything",
      code: "() => { throw new Proxy({}, { get() { throw 1; }, ownKeys() { throw 2; }, has() { throw 3; } }); }",
      fails: "TASK_FAILED",
    },
    {
      name: "an unhandled rejection fails a task that returned",
      code: "() => { Promise.reject(new DataError('nobody looked')); return 1; }",
      fails: "TASK_FAILED",
      message: /unhandled promise rejection: DataError: nobody looked/,
      guest: { name: "DataError" },
    },
    {
      name: "an error in an async function nobody awaits is an unhandled rejection",
      code: "async () => { (async () => { await null; throw new Error('forgotten'); })(); await null; await null; return 1; }",
      fails: "TASK_FAILED",
      message: /unhandled promise rejection: Error: forgotten/,
    },
    {
      name: "an error in a timer's callback fails the task",
      code: "() => new Promise((resolve) => { setTimeout(() => { throw new Error('in the timer'); }, 1); setTimeout(resolve, 20); })",
      fails: "TASK_FAILED",
      message: /in the timer/,
    },
    {
      name: "a message of any size stays within bounds",
      code: "() => { throw new Error('x'.repeat(5_000_000)); }",
      fails: "TASK_FAILED",
      guest: { message: "x".repeat(65_536) },
    },
  ],
};
