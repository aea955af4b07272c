import ky from "ky";

/** The server sends each event after the program has reported the one before. */
export default async function ({ url }: { url: string }) {
  const id = crypto.randomUUID();
  const response = await ky.post(`tokens/${id}`, { prefixUrl: url, json: { stream: true }, retry: 0, timeout: false });
  const events: string[] = [];
  const reader = (response.body as ReadableStream<Uint8Array>)
    .pipeThrough(new TextDecoderStream() as never)
    .getReader();
  for (let text = "", open = true; open; ) {
    const { done, value } = (await reader.read()) as { done: boolean; value?: string };
    text += value ?? "";
    const complete = text.split("\n\n");
    text = complete.pop() ?? "";
    for (const event of complete) {
      events.push(event.replace(/.*"content":("[^"]*").*/, "$1"));
      await ky.get(`has/${id}`, { prefixUrl: url });
    }
    open = !done;
  }
  return events;
}
