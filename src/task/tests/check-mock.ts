import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { DurableMocks, HttpMock } from "../../domain/task.ts";
import { defined } from "../../lib/defined.ts";
import { isObject } from "../../lib/is-object.ts";
import { pointerStep } from "../json-file.ts";
import { checkApprovalMocks, checkSignalMocks, checkTaskMocks } from "./check-durable-mocks.ts";
import { checkMatchers } from "./check-matchers.ts";
import { checkMessages } from "./check-messages.ts";
import { checkResponse, RESPONSE_FIELDS } from "./check-response.ts";
import { reportFault, reportUnknown, type TestFindings } from "./findings.ts";
import { globPattern, isGlob } from "./glob.ts";

const MOCK_FIELDS = ["url", "method", "request_headers", "request_body", "responses", "messages", ...RESPONSE_FIELDS];
const OLDER_MOCK_FIELDS = ["request", "response"];
/** Where the members of the older `request` are today. */
const OLDER_REQUEST: Readonly<Record<string, string>> = { body: "request_body", headers: "request_headers" };

const KINDS = ["http", "tasks", "signals", "approvals"];

/** Checks `mock` of a test or a fixture file. */
export function checkMocks(mock: JsonValue, found: TestFindings): { mocks: HttpMock[]; durable?: DurableMocks } {
  if (!isObject(mock) || !KINDS.some((kind) => Object.hasOwn(mock, kind))) {
    if (isObject(mock)) reportUnknown(mock, KINDS, "/mock", found);
    const message = isObject(mock)
      ? `The mock has neither "http" nor "tasks", "signals" or "approvals".`
      : "The mock is not an object.";
    const remedy = 'Write {"http": {"url": ..., "body": ...}}, or {"tasks": [{"task": ..., "output": ...}]}.';
    reportFault(found, "/mock", message, remedy);
    return { mocks: [] };
  }
  reportUnknown(mock, KINDS, "/mock", found);
  const mocks = mock.http === undefined ? [] : checkHttpMocks(mock.http, found);
  if (KINDS.every((kind) => kind === "http" || mock[kind] === undefined)) return { mocks };
  const durable = {
    tasks: checkTaskMocks(mock.tasks, found),
    signals: checkSignalMocks(mock.signals, found),
    approvals: checkApprovalMocks(mock.approvals, found),
  };
  return { mocks, durable };
}

function checkHttpMocks(http: JsonValue, found: TestFindings): HttpMock[] {
  if (!Array.isArray(http)) return checkHttpMock(http, "/mock/http", found);
  return http.flatMap((one, index) => checkHttpMock(one, `/mock/http/${index}`, found));
}

function checkHttpMock(mock: JsonValue, pointer: string, found: TestFindings): HttpMock[] {
  if (!isObject(mock)) {
    reportFault(found, pointer, "The mock is not an object.", 'Write {"url": ..., "body": ...}.');
    return [];
  }
  if (OLDER_MOCK_FIELDS.some((name) => isObject(mock[name]))) {
    return checkHttpMock(fromOlderForm(mock, pointer, found), pointer, found);
  }
  reportUnknown(mock, MOCK_FIELDS, pointer, found);
  const { method, request_body: requestBody } = mock;
  const url = checkUrl(mock.url, pointer, found);
  if (method !== undefined && (typeof method !== "string" || !/^[A-Za-z]+$/.test(method))) {
    reportFault(found, `${pointer}/method`, "The method is not a word.", 'Write a method such as "POST".');
  }
  if (requestBody !== undefined) checkMatchers(requestBody, `${pointer}/request_body`, found);
  return [
    {
      ...url,
      ...defined({
        method: typeof method === "string" ? method.toUpperCase() : undefined,
        requestBody,
        requestHeaders: checkRequestHeaders(mock.request_headers, `${pointer}/request_headers`, found),
        responses: checkResponses(mock, pointer, found),
        messages: checkMessages(mock.messages, `${pointer}/messages`, found),
      }),
      ...checkResponse(mock, pointer, found),
    },
  ];
}

/** Reads `url`: a text, a glob, or `{"$regex": ...}` or `{"$glob": ...}`. */
function checkUrl(url: JsonValue | undefined, pointer: string, found: TestFindings): Pick<HttpMock, "url" | "pattern"> {
  const { $regex, $glob } = isObject(url) ? url : {};
  if (typeof url === "string" && url !== "") {
    return isGlob(url) ? withPattern(url, globPattern(url), found) : { url: url.replaceAll("\\*", "*") };
  }
  const names = isObject(url) ? Object.keys(url) : [];
  if (names.length === 1 && typeof $regex === "string") return withPattern(`/${$regex}/`, $regex, found);
  if (names.length === 1 && typeof $glob === "string" && $glob !== "") {
    return withPattern($glob, globPattern($glob), found);
  }
  const [at, message] = url === undefined ? ["", 'The mock has no "url".'] : ["/url", 'The "url" is not a URL.'];
  const remedy = 'Write the whole URL, part of it, a glob, or {"$regex": "..."}.';
  reportFault(found, `${pointer}${at}`, message, remedy);
  return { url: "" };
}

function withPattern(url: string, pattern: string, { patterns }: TestFindings): { url: string; pattern: string } {
  patterns.add(pattern);
  return { url, pattern };
}

function checkRequestHeaders(
  headers: JsonValue | undefined,
  pointer: string,
  found: TestFindings,
): Record<string, JsonValue> | undefined {
  if (headers === undefined) return undefined;
  if (!isObject(headers)) {
    const remedy = 'Write names and values, such as {"authorization": "Bearer x"}.';
    reportFault(found, pointer, "The request headers are not an object.", remedy);
    return undefined;
  }
  checkMatchers(headers, pointer, found);
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function checkResponses(mock: JsonObject, pointer: string, found: TestFindings): HttpMock["responses"] {
  const { responses } = mock;
  if (responses === undefined) return undefined;
  const at = `${pointer}/responses`;
  if (!Array.isArray(responses) || responses.length === 0) {
    reportFault(
      found,
      at,
      "The responses are not a list with at least one.",
      'Write [{"status": 503}, {"body": "ok"}].',
    );
    return undefined;
  }
  const single = RESPONSE_FIELDS.find((name) => Object.hasOwn(mock, name));
  if (single !== undefined) {
    reportFault(found, at, `Both "responses" and "${single}" are given.`, `Move "${single}" into the responses.`);
  }
  return responses.map((response, index) => {
    if (isObject(response)) {
      reportUnknown(response, RESPONSE_FIELDS, `${at}/${index}`, found);
      return checkResponse(response, `${at}/${index}`, found);
    }
    reportFault(found, `${at}/${index}`, "The response is not an object.", 'Write {"status": 200, "body": ...}.');
    return {};
  });
}

/**
 * Flattens an older form, which has the request in `request` and the response in `response`. It still works, with a
 * warning.
 */
function fromOlderForm(mock: JsonObject, pointer: string, { findings }: TestFindings): JsonObject {
  const flat: JsonObject = Object.create(null);
  for (const [name, value] of Object.entries(mock)) {
    if (!OLDER_MOCK_FIELDS.includes(name) || !isObject(value)) {
      flat[name] = value;
      continue;
    }
    const members = Object.keys(value).map((member) => newName(name, member));
    findings.push({
      severity: "warning",
      pointer: `${pointer}${pointerStep(name)}`,
      atName: true,
      message: `The field ${JSON.stringify(name)} is an older form of mocks; it still works.`,
      remedy: members.length === 0 ? "Remove it." : `Write its members (${members.join(", ")}) directly into the mock.`,
    });
    for (const [member, inner] of Object.entries(value)) flat[newName(name, member)] ??= inner;
  }
  return flat;
}

function newName(part: string, member: string): string {
  return part === "request" && Object.hasOwn(OLDER_REQUEST, member) ? (OLDER_REQUEST[member] ?? member) : member;
}
