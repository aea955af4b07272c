/**
 * The files of `heartbeat`, a task that every server has. It shows that queue, sandbox and store work together without
 * any setup.
 */
export const HEARTBEAT: Readonly<Record<string, string>> = {
  "metadata.json": JSON.stringify({
    uuid: "5f0f3a52-9b0e-4c57-8a5e-0b6d1f4c2e10",
    version: "1.0.0",
    label: "heartbeat",
    description: "Returns the time, to show that the server runs tasks.",
    limits: { time: "5s", fetches: 0 },
  }),
  "main.js": `(function (input, context) {
  return {
    status: "ok",
    time: new Date().toISOString(),
    attempt: context.attempt,
    ...(input.message === undefined ? {} : { message: input.message }),
  };
})
`,
  "input.schema.json": JSON.stringify({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    additionalProperties: false,
    properties: { message: { type: "string", maxLength: 1000, description: "Is returned in the output." } },
  }),
  "output.schema.json": JSON.stringify({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    type: "object",
    additionalProperties: false,
    required: ["status", "time", "attempt"],
    properties: {
      status: { const: "ok" },
      time: { type: "string" },
      attempt: { type: "integer", minimum: 1 },
      message: { type: "string" },
    },
  }),
};
