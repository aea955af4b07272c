/** What a process writes to a stream, as it comes. */
export interface WatchedText {
  /** All of it so far. */
  text(): string;
  /** Resolves with all of it at the end of the stream. */
  ended: Promise<string>;
  /** Resolves when all of it so far meets a condition. Rejects with the text when the stream ends before. */
  until(condition: (text: string) => boolean): Promise<void>;
}

/** Reads a stream of text to its end. */
export function watchText(stream: ReadableStream<Uint8Array>): WatchedText {
  let text = "";
  const readers = new Set<() => void>();
  const ended = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      text += decoder.decode(chunk, { stream: true });
      for (const look of readers) look();
    }
    return text;
  })();
  return {
    text: () => text,
    ended,
    async until(condition) {
      const seen = Promise.withResolvers<void>();
      const look = () => condition(text) && seen.resolve();
      readers.add(look);
      look();
      ended.then(() => seen.reject(new Error(`it ended after: ${text}`)));
      await seen.promise.finally(() => readers.delete(look));
    },
  };
}
