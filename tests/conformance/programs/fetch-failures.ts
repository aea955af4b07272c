import { HttpFailure, type HttpSend } from "../../../src/domain/http.ts";
import type { ConformanceProgram, ProgramGroup } from "../program.ts";
import { answers } from "../request.ts";

const URL_ = "http://service.test/";

const fails =
  (kind: HttpFailure["kind"], message: string, code?: string): HttpSend =>
  async () => {
    throw new HttpFailure(kind, message, { code });
  };

/** What a status becomes under throwHttpErrors. */
const statusErrors: ConformanceProgram[] = (
  [
    [401, "AuthenticationError"],
    [403, "AuthorizationError"],
    [404, "HttpError"],
    [418, "HttpError"],
    [429, "RateLimitError"],
    [500, "ServiceUnavailableError"],
    [503, "ServiceUnavailableError"],
    [301, "HttpError"],
  ] as const
).flatMap(([status, name]) => [
  {
    name: `${status} is a response`,
    code: `async () => { const r = await fetch("${URL_}"); return [r.ok, r.status]; }`,
    http: answers(status),
    output: [false, status],
  },
  {
    name: `${status} with throwHttpErrors is ${name}`,
    code: `async () => { await fetch("${URL_}", { throwHttpErrors: true }); }`,
    http: answers(status),
    fails: "TASK_FAILED" as const,
    guest: { name, status },
  },
]);

/** How calls fail, and what a status means. */
export const fetchFailures: ProgramGroup = {
  title: "failing fetch",
  programs: [
    ...statusErrors,
    {
      name: "messages name a URL once, without credentials, query and fragment",
      code: `async () => {
        const messages = [];
        for (const path of ["away", "path"]) {
          try { await fetch("http://ann:secret@service.test/" + path + "?key=secret#part", { throwHttpErrors: true }); }
          catch (error) { messages.push(error.message); }
        }
        return messages;
      }`,
      http: (request, signal) =>
        request.url.includes("/away")
          ? fails("network", "GET http://service.test/away: the connection was refused")(request, signal)
          : answers(404)(request, signal),
      output: ["GET http://service.test/away: the connection was refused", "HTTP 404: GET http://service.test/path"],
    },
    {
      name: "throwHttpErrors of the request holds for every call, and a call can say otherwise",
      code: `async () => {
        const own = await fetch("${URL_}", { throwHttpErrors: false });
        try { await fetch("${URL_}"); } catch (error) { return [own.status, error.name, error.status, error.message]; }
      }`,
      throwHttpErrors: true,
      http: answers(429),
      output: [429, "RateLimitError", 429, `HTTP 429 Too Many Requests: GET ${URL_}`],
    },
    {
      name: "throwHttpErrors throws in synchronous style",
      code: `() => { try { fetch("${URL_}", { throwHttpErrors: true }).body; } catch (error) { return [error.name, error instanceof AuthenticationError]; } }`,
      http: answers(401),
      output: ["AuthenticationError", true],
    },
    {
      name: "Retry-After in seconds and as a date",
      code: `async () => {
        const ms = [];
        for (const path of ["1", "2", "3"]) await fetch("${URL_}" + path, { throwHttpErrors: true }).catch((error) => ms.push(error.retryAfterMs));
        return [ms[0], ms[1] > 3_000_000 && ms[1] < 3_700_000, ms[2] ?? null];
      }`,
      http: async (request, signal) => {
        const values = ["7", new Date(Date.now() + 3_600_000).toUTCString(), "soon"];
        return answers(503, [["retry-after", values[Number(request.url.at(-1)) - 1] ?? ""]])(request, signal);
      },
      output: [7000, true, null],
    },
    {
      name: "a failed connection is a NetworkError in both styles",
      code: `async () => {
        const seen = [];
        try { fetch("${URL_}").status; } catch (error) { seen.push(error.name, error instanceof NetworkError); }
        try { await fetch("${URL_}"); } catch (error) { seen.push(error.name, error.message); }
        return seen;
      }`,
      http: fails("network", "connection refused"),
      output: ["NetworkError", true, "NetworkError", `connection refused (GET ${URL_})`],
    },
    ...(
      [
        ["timeout", "TimeoutError"],
        ["refused", "AuthorizationError"],
        ["invalid-request", "TypeError"],
        ["aborted", "AbortError"],
      ] as const
    ).map(([kind, name]) => ({
      name: `failure "${kind}" is ${name}`,
      code: `async () => { await fetch("${URL_}"); }`,
      http: fails(kind, "why"),
      fails: "TASK_FAILED" as const,
      guest: { name },
    })),
    ...(
      [
        ["network", "ECONNREFUSED", "NetworkError"],
        ["network", "ECONNRESET", "NetworkError"],
        ["network", "CERT_HAS_EXPIRED", "NetworkError"],
        ["timeout", "ETIMEDOUT", "TimeoutError"],
      ] as const
    ).map(([kind, code, name]) => ({
      name: `${code} is the code of the cause in both styles, and a TypeError`,
      code: `async () => {
        const seen = [];
        const look = (e) => seen.push([e.name, e instanceof ${name}, e instanceof TypeError, e.constructor === ${name}, e.cause instanceof Error, e.cause.code]);
        try { fetch("${URL_}").status; } catch (error) { look(error); }
        await fetch("${URL_}").catch(look);
        return seen;
      }`,
      http: fails(kind, "it failed", code),
      output: Array.from({ length: 2 }, () => [name, true, true, true, true, code]),
    })),
    {
      name: "refusals are of their own type, and without a code",
      code: `async () => {
        try { await fetch("${URL_}"); } catch (e) { return [e.name, e instanceof AuthorizationError, e instanceof TypeError, "cause" in e]; }
      }`,
      http: fails("refused", "not allowed"),
      output: ["AuthorizationError", true, false, false],
    },
    {
      name: "the other typed errors are no TypeErrors",
      code: `() => [HttpError, DataError, RateLimitError, ValidationError].map((Type) => Type.prototype instanceof TypeError)`,
      output: [false, false, false, false],
    },
    {
      name: "a host's error of any kind is a NetworkError",
      code: `async () => { await fetch("${URL_}"); }`,
      http: async () => {
        throw new TypeError("unexpected");
      },
      fails: "TASK_FAILED",
      guest: { name: "NetworkError" },
    },
    {
      name: "a failing call nobody looks at fails the task",
      code: `() => { fetch("${URL_}"); return 1; }`,
      http: fails("network", "down"),
      fails: "TASK_FAILED",
      guest: { name: "NetworkError" },
    },
    {
      name: "a failing call whose promise is dropped fails the task",
      code: `() => { fetch("${URL_}").then(() => 1); return 1; }`,
      http: fails("network", "down"),
      fails: "TASK_FAILED",
      message: /unhandled promise rejection: NetworkError/,
    },
    {
      name: "one that is handled does not",
      code: `() => { fetch("${URL_}").catch(() => console.log("handled")); return 1; }`,
      http: fails("network", "down"),
      output: 1,
      logs: [["info", "handled"]],
    },
    {
      name: "a non-2xx nobody looks at is a response, and with throwHttpErrors a failure",
      code: `() => { fetch("${URL_}"); fetch("${URL_}", { throwHttpErrors: true }); return 1; }`,
      http: answers(404),
      fails: "TASK_FAILED",
      guest: { name: "HttpError", status: 404 },
    },
  ],
};
