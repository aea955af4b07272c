import { socketServices, upgrade } from "./socket-services.ts";
import { STREAMING_SERVICES } from "./streaming-services.ts";

/**
 * Starts a server on loopback with what the programs call: `/json`, `/echo`, `/status/N`, GraphQL, and small parts of the
 * APIs whose SDKs are in the corpus. It responds with nothing that depends on the client's kind or version.
 */
export function startCorpusServer(): { url: string; port: number; [Symbol.asyncDispose](): Promise<void> } {
  const server = Bun.serve<{ service: string }>({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, self) => (upgrade(request, self) ? undefined : respond(request)),
    websocket: socketServices,
  });
  const { port = 0 } = server;
  return { url: `http://127.0.0.1:${port}`, port, [Symbol.asyncDispose]: () => server.stop(true) };
}

async function respond(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const [, service = "", ...rest] = url.pathname.split("/");
  const streaming = STREAMING_SERVICES[service];
  if (streaming !== undefined) return streaming(request, rest);
  const body = await request.text();
  const asked = { request, url, body, path: rest.join("/") };
  return (SERVICES[service] ?? notFound)(asked);
}

interface Asked {
  request: Request;
  url: URL;
  body: string;
  /** Without the first segment, which names the service. */
  path: string;
}

const SERVICES: Readonly<Record<string, (asked: Asked) => Response>> = {
  json: ({ url }) => Response.json({ hello: "world", list: [1, 2, 3], query: url.search }),
  echo: ({ request, url, body }) => {
    const { headers, method } = request;
    const [type, client] = [headers.get("content-type"), headers.get("x-client")];
    return Response.json({ method, path: url.pathname + url.search, type, client, body });
  },
  status: ({ path }) => new Response(`status ${path}`, { status: Number(path) }),
  openai,
  anthropic,
  v1: stripe,
  github,
  supabase,
  notion,
  graphql,
};

function notFound(): Response {
  return Response.json({ message: "not found" }, { status: 404 });
}

function openai({ path, body }: Asked): Response {
  if (path !== "v1/chat/completions") {
    return Response.json({ error: { message: "no such model", code: "model_not_found" } }, { status: 404 });
  }
  const { model, stream } = JSON.parse(body);
  const head = { id: "chatcmpl-1", created: 1_700_000_000, model };
  if (!stream) {
    const message = { role: "assistant", content: "Hi there" };
    const usage = { prompt_tokens: 2, completion_tokens: 2, total_tokens: 4 };
    const choices = [{ index: 0, message, finish_reason: "stop" }];
    return Response.json({ ...head, object: "chat.completion", choices, usage });
  }
  const chunk = (content: string) =>
    `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices: [{ index: 0, delta: { content } }] })}\n\n`;
  const text = `${["Hi", " ", "thére"].map(chunk).join("")}data: [DONE]\n\n`;
  return new Response(text, { headers: { "Content-Type": "text/event-stream" } });
}

function anthropic({ body }: Asked): Response {
  const { model } = JSON.parse(body);
  if (model === "missing") {
    const error = { type: "not_found_error", message: "model: missing" };
    return Response.json({ type: "error", error }, { status: 404 });
  }
  const content = [{ type: "text", text: "Hi there" }];
  const usage = { input_tokens: 2, output_tokens: 2 };
  const stopped = { stop_reason: "end_turn", stop_sequence: null };
  return Response.json({ id: "msg_1", type: "message", role: "assistant", model, content, ...stopped, usage });
}

function stripe({ request, path, body }: Asked): Response {
  if (path === "customers/missing") {
    const error = { type: "invalid_request_error", message: "No such customer: missing" };
    return Response.json({ error }, { status: 404 });
  }
  if (request.method === "POST") return Response.json({ id: "cus_1", object: "customer", sent: body });
  const data = ["cus_1", "cus_2"].map((id) => ({ id, object: "customer" }));
  return Response.json({ object: "list", data, has_more: false, url: "/v1/customers" });
}

function github(asked: Asked): Response {
  const { request, url, path, body } = asked;
  if (path === "missing") return notFound();
  if (request.method === "POST") return Response.json({ number: 3, ...JSON.parse(body) }, { status: 201 });
  return Response.json([{ number: 1, title: "first", page: url.searchParams.get("per_page") }]);
}

function supabase({ request, url, path, body }: Asked): Response {
  if (!path.endsWith("cities")) return Response.json({ message: "no such table", code: "42P01" }, { status: 404 });
  if (request.method === "POST") return Response.json([{ id: 1, ...JSON.parse(body) }], { status: 201 });
  return Response.json([{ name: "Oslo", country: "NO", query: url.search }]);
}

function notion({ request, body }: Asked): Response {
  if (request.method === "POST") return Response.json({ object: "page", id: "page-1", ...JSON.parse(body) });
  return Response.json(
    { object: "error", status: 404, code: "object_not_found", message: "Could not find page." },
    { status: 404 },
  );
}

function graphql({ body }: Asked): Response {
  const { query, variables } = JSON.parse(body);
  if (query.includes("wrong")) return Response.json({ errors: [{ message: "Cannot query field wrong" }] });
  return Response.json({ data: { hello: `Hello ${variables.name}` } });
}
