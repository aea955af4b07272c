import { jsonFile, objectSchema, type Template } from "./template.ts";

export const HTTP: Template = {
  summary: "an HTTP call, with mocked responses in its tests",
  // Every response that is not 2xx becomes an error, such as AuthenticationError for 401.
  metadata: { limits: { time: "20s" }, throwHttpErrors: true },
  files: () => ({
    "main.js": `/**
 * Runs for every execution. The input matches input.schema.json.
 * @param {{ baseUrl: string, id: number }} input
 */
async function main(input) {
  const response = await fetch(\`\${input.baseUrl}/users/\${encodeURIComponent(input.id)}\`, {
    headers: { accept: "application/json" },
  });
  const user = await response.json();
  return { name: user.name };
}

main;
`,
    "input.schema.json": objectSchema({
      baseUrl: { type: "string", pattern: "^https?://" },
      id: { type: "integer", minimum: 1 },
    }),
    "output.schema.json": objectSchema({ name: { type: "string" } }),
    "tests/found.json": jsonFile({
      input: { baseUrl: "https://api.example.com", id: 7 },
      mock: { http: { url: "https://api.example.com/users/7", method: "GET", body: { id: 7, name: "Ada" } } },
      expected_output: { name: "Ada" },
    }),
    "tests/not-found.json": jsonFile({
      input: { baseUrl: "https://api.example.com", id: 8 },
      mock: { http: { url: "/users/8", status: 404 } },
      expected_error: "HttpError",
    }),
  }),
};
