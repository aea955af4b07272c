import type { Services } from "../../service/services.ts";
import { json } from "../http/responses.ts";
import { defineRoute, type Route } from "../http/route.ts";
import { madeTestView } from "../resources/made-test.ts";
import { ID_PARAMETER } from "./list-query.ts";

const GET_RECORDING = {
  method: "GET",
  path: "/api/v1/executions/:id/recording",
  access: "read",
  tag: "executions",
  params: ID_PARAMETER,
  id: "getExecutionRecording",
  summary: "Get the recording of an execution",
  description:
    "Returns a zip archive with the folder that `run-once --record` writes, for `ratchet replay`. Secrets in it are masked. Without a recording, the error says why.",
  problems: [404],
  responses: { 200: { description: "The archive.", contentType: "application/zip", example: "PK..." } },
} as const;

const MAKE_TEST = {
  method: "POST",
  path: "/api/v1/executions/:id/test",
  access: "write",
  tag: "executions",
  params: ID_PARAMETER,
  id: "makeTest",
  summary: "Make a test of an execution",
  description:
    "Writes `tests/NAME.json` with the input, the expected result and mocks of the recorded requests, if the source of the task is a local folder that can be written to. A file that exists is never replaced. Otherwise only returns the test.",
  body: {
    type: "object",
    properties: {
      name: {
        type: "string",
        pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$",
        description: "Name of the test: letters, digits, dots, dashes and underscores.",
      },
    },
    required: ["name"],
    additionalProperties: false,
  },
  bodyExample: { name: "rounding" },
  problems: [404, 409],
  responses: {
    200: { description: "The test, which was not written.", schema: "MadeTest" },
    201: { description: "The test, which was written.", schema: "MadeTest" },
  },
} as const;

/** Routes of recordings, and of the tests that are made from them. */
export function recordingRoutes({ executions }: Pick<Services, "executions">): Route[] {
  return [
    defineRoute({
      ...GET_RECORDING,
      async handle({ params: { id } }) {
        const { file, archive } = await executions.recording(id);
        return new Response(new Uint8Array(archive), {
          headers: {
            "content-type": "application/zip",
            "content-disposition": `attachment; filename="${file}"`,
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
          },
        });
      },
    }),
    defineRoute({
      ...MAKE_TEST,
      async handle({ params: { id }, body: { name } }) {
        const made = await executions.makeTest(id, name);
        return json(madeTestView(made), made.written ? 201 : 200);
      },
    }),
  ];
}
