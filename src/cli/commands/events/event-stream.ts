/** One server-sent event. */
export interface ServerSentEvent {
  /** @default "message" */
  event: string;
  data: string;
}

/** Maximum length of an event, in characters. */
const LONGEST_EVENT = 16 * 1024 * 1024;

/**
 * Reads a stream of server-sent events (HTML standard, section 9.2.6). Comments and blocks without data are skipped.
 * @throws {Error} when an event is longer than 16 MB, and what the stream throws
 */
export async function* readEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    // A CR at the end may be the first half of CR LF.
    const blocks = rest.replace(/\r\n|\r(?!$)/g, "\n").split("\n\n");
    rest = blocks.pop() ?? "";
    if (rest.length > LONGEST_EVENT) throw new Error("an event is longer than 16 MB");
    for (const block of blocks) {
      const event = readBlock(block);
      if (event !== undefined) yield event;
    }
  }
}

function readBlock(block: string): ServerSentEvent | undefined {
  let event = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") event = value;
    else if (field === "data") data.push(value);
  }
  return data.length === 0 ? undefined : { event, data: data.join("\n") };
}
