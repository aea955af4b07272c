import { jsonFile, objectSchema, type Template } from "./template.ts";

const INPUT = {
  tokenUrl: "https://login.example.com/oauth/token",
  clientId: "app",
  clientSecret: "not a real one",
  apiUrl: "https://api.example.com/me",
};
const TOKEN = {
  url: INPUT.tokenUrl,
  method: "POST",
  body: { access_token: "abc123", token_type: "Bearer", expires_in: 3600 },
};

export const OAUTH: Template = {
  summary: "an HTTP call with an OAuth 2.0 access token (client credentials), with mocked responses in its tests",
  metadata: { limits: { time: "30s", fetches: 2 }, throwHttpErrors: true },
  files: () => ({
    "main.js": `/**
 * What input.schema.json describes.
 * @typedef {{ tokenUrl: string, clientId: string, clientSecret: string, apiUrl: string }} Input
 */

/**
 * Runs for every execution.
 * @param {Input} input
 */
async function main(input) {
  const token = await getToken(input);
  const response = await fetch(input.apiUrl, { headers: { authorization: \`Bearer \${token}\` } });
  return { body: await response.json() };
}

/**
 * The client credentials grant: RFC 6749, section 4.4.
 * @param {Input} input
 */
async function getToken({ tokenUrl, clientId, clientSecret }) {
  const credentials = btoa(\`\${encodeURIComponent(clientId)}:\${encodeURIComponent(clientSecret)}\`);
  const response = await fetch(tokenUrl, {
    method: "POST",
    headers: { authorization: \`Basic \${credentials}\`, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ grant_type: "client_credentials" }).toString(),
  });
  const { access_token: token } = await response.json();
  if (typeof token !== "string") throw new DataError("The response has no access_token.");
  return token;
}

main;
`,
    "input.schema.json": objectSchema({
      tokenUrl: { type: "string", pattern: "^https?://" },
      clientId: { type: "string", minLength: 1 },
      clientSecret: { type: "string", minLength: 1 },
      apiUrl: { type: "string", pattern: "^https?://" },
    }),
    "output.schema.json": objectSchema({ body: {} }),
    "tests/response.json": jsonFile({
      input: INPUT,
      mock: { http: [TOKEN, { url: INPUT.apiUrl, body: { name: "Ada" } }] },
      expected_output: { body: { name: "Ada" } },
    }),
    "tests/wrong-secret.json": jsonFile({
      input: INPUT,
      mock: { http: { url: INPUT.tokenUrl, status: 401, body: { error: "invalid_client" } } },
      expected_error: "AuthenticationError",
    }),
  }),
};
