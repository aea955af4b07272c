import { parseBody } from "../../checking/body-reader.ts";
import { RatchetError } from "../../domain/errors.ts";
import { LONGEST_KEY } from "../../domain/job.ts";
import { readText } from "../../domain/shared-text.ts";
import { checkValueSize } from "../../service/runs/send-signal.ts";
import type { SignalTarget } from "../../service/runs/signal-target.ts";
import type { Services } from "../../service/services.ts";
import { inputText } from "../../service/tasks/runnable-task.ts";
import { headerKey } from "../http/idempotency-key.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { signalView } from "../resources/run.ts";

const NAME = { type: "string", description: "Name of the signal, as the task gives it to `context.waitFor`." } as const;

const OF_ONE = {
  type: "object",
  properties: { id: { type: "integer", minimum: 1, description: "Id of the job or execution." }, name: NAME },
  required: ["id", "name"],
  additionalProperties: false,
} as const;

const SIGNAL = {
  method: "POST",
  access: "write",
  description:
    "The body is the value: any JSON of up to 1 MB. A wait that is open gets it, if it fits the schema; otherwise it is kept for a later one. A repeat with the same `Idempotency-Key` is not delivered again.",
  bodyAs: "value",
  body: { description: "The value." },
  bodyExample: { reference: "4711" },
  responses: {
    202: { description: "The signal was delivered or kept.", schema: "SentSignal" },
    200: { description: "A signal with this idempotency key was sent before.", schema: "SentSignal" },
  },
  problems: [404, 409, 413, 422],
} as const;

const SIGNAL_EXECUTION = {
  ...SIGNAL,
  path: "/api/v1/executions/:id/signals/:name",
  id: "signalExecution",
  tag: "executions",
  summary: "Send a signal to an execution",
  params: OF_ONE,
} as const;

const SIGNAL_JOB = {
  ...SIGNAL,
  path: "/api/v1/jobs/:id/signals/:name",
  id: "signalJob",
  tag: "jobs",
  summary: "Send a signal to the run of a job",
  params: OF_ONE,
} as const;

const SEND_SIGNAL = {
  ...SIGNAL,
  path: "/api/v1/signals/:name",
  id: "sendSignal",
  tag: "jobs",
  summary: "Send a signal to the job with a correlation key",
  params: { type: "object", properties: { name: NAME }, required: ["name"], additionalProperties: false },
  query: {
    type: "object",
    properties: {
      correlationKey: {
        type: "string",
        minLength: 1,
        maxLength: LONGEST_KEY,
        description: "The key that the job was created with.",
      },
    },
    required: ["correlationKey"],
    additionalProperties: false,
  },
} as const;

/** Routes that send signals to runs. */
export function signalRoutes({ runs }: Pick<Services, "runs">): Route[] {
  async function send(target: SignalTarget, name: string, { body, request }: { body: unknown; request: Request }) {
    const idempotencyKey = headerKey(request.headers);
    const sent = await runs.signal({ target, name, value: signalText(body as Uint8Array), idempotencyKey });
    return json(signalView(sent), sent.repeated ? 200 : 202);
  }
  return [
    defineRoute({
      ...SIGNAL_EXECUTION,
      handle: ({ params: { id, name }, ...call }) => send({ executionId: id }, name, call),
    }),
    defineRoute({
      ...SIGNAL_JOB,
      handle: ({ params: { id, name }, ...call }) => send({ jobId: id }, name, call),
    }),
    defineRoute({
      ...SEND_SIGNAL,
      handle: ({ params: { name }, query: { correlationKey }, ...call }) => send({ correlationKey }, name, call),
    }),
  ];
}

/** Returns the JSON text of the value that a body has. @throws {RatchetError} SIGNAL_LIMIT, INVALID_JSON, INVALID_INPUT */
function signalText(bytes: Uint8Array): string {
  if (bytes.byteLength === 0) {
    throw new RatchetError("INVALID_JSON", "The request has no body.", {
      remedy: "Send the value as JSON, such as null.",
    });
  }
  checkValueSize(bytes.byteLength);
  return readText(inputText(parseBody(bytes), ""));
}
