/** What clients have done, by the id of their test: how many pieces they say that they have, or have sent. */
const seen = new Map<string, number>();
const waiting = new Set<() => void>();

function note(id: string): void {
  seen.set(id, (seen.get(id) ?? 0) + 1);
  for (const go of waiting) go();
  waiting.clear();
}

async function until(id: string, count: number): Promise<void> {
  while ((seen.get(id) ?? 0) < count) await new Promise<void>((resolve) => waiting.add(resolve));
}

/**
 * Services in which one side waits for the other in the middle of a body: they only end if bodies stream.
 * - `/tokens/ID/...` streams the tokens of a chat as server-sent events: each after the client has called `/has/ID`.
 * - `/collect/ID` reads a body, and responds with its text; `/arrived/ID/N` responds once N pieces of it have come.
 */
export const STREAMING_SERVICES: Readonly<
  Record<string, (request: Request, path: readonly string[]) => Promise<Response>>
> = {
  async tokens(request, [id = ""]) {
    await request.text();
    return new Response(tokens(id), { headers: { "Content-Type": "text/event-stream" } });
  },
  async has(_, [id = ""]) {
    note(id);
    return Response.json(seen.get(id));
  },
  async collect(request, [id = ""]) {
    const decoder = new TextDecoder();
    let text = "";
    for await (const piece of request.body ?? []) {
      text += decoder.decode(piece, { stream: true });
      note(id);
    }
    return Response.json({ text, chunked: request.headers.get("transfer-encoding") === "chunked" });
  },
  async arrived(_, [id = "", count = "1"]) {
    await until(id, Number(count));
    return Response.json(true);
  },
};

async function* tokens(id: string): AsyncGenerator<string> {
  const head = { id: "chatcmpl-1", created: 1_700_000_000, model: "gpt-test", object: "chat.completion.chunk" };
  for (const [index, content] of ["Hi", " ", "thére"].entries()) {
    await until(id, index);
    yield `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta: { content } }] })}\n\n`;
  }
  await until(id, 3);
  yield "data: [DONE]\n\n";
}
