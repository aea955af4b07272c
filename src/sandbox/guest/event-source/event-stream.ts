/** An event of a stream, with the last id that the stream has named until then. */
export interface StreamedEvent {
  type: string;
  data: string;
  lastEventId: string;
}

/** What an event stream is parsed into. */
export interface EventStreamSink {
  /** An event has arrived. */
  event: (event: StreamedEvent) => void;
  /** The server has named the time after which to reconnect, ms. */
  retry: (ms: number) => void;
}

/**
 * Parses an event stream: https://html.spec.whatwg.org/#event-stream-interpretation. The text may be cut anywhere, also between
 * the two characters of a line end. An event that is not complete at the end of the stream is dropped.
 */
export class EventStream {
  /** The id of the last event; it outlives a connection. */
  lastEventId: string;
  #idBuffer: string;
  #type = "";
  #data: string[] = [];
  /** The beginning of a line whose end has not arrived, in the pieces in which it came. */
  #line: string[] = [];
  /** The last text ended with CR, so an LF at the start of the next one belongs to it. */
  #afterCr = false;

  constructor(
    private readonly sink: EventStreamSink,
    lastEventId: string,
  ) {
    this.lastEventId = lastEventId;
    this.#idBuffer = lastEventId;
  }

  /** Takes the next piece of the text, decoded and without its byte order mark. */
  add(text: string): void {
    const from = this.#afterCr && text.startsWith("\n") ? text.slice(1) : text;
    if (text !== "") this.#afterCr = text.endsWith("\r");
    let start = 0;
    let lf = from.indexOf("\n");
    let cr = from.indexOf("\r");
    while (lf !== -1 || cr !== -1) {
      const isLf = cr === -1 || (lf !== -1 && lf < cr);
      const end = isLf ? lf : cr;
      this.#end(from.slice(start, end));
      start = end + (!isLf && lf === cr + 1 ? 2 : 1);
      // Each is only looked for again once it was passed, so every character is looked at twice at most.
      if (lf !== -1 && lf < start) lf = from.indexOf("\n", start);
      if (cr !== -1 && cr < start) cr = from.indexOf("\r", start);
    }
    if (start < from.length) this.#line.push(from.slice(start));
  }

  /** A line has ended with this text. */
  #end(text: string): void {
    this.#line.push(text);
    const line = this.#line.join("");
    this.#line = [];
    this.#take(line);
  }

  #take(line: string): void {
    if (line === "") return this.#dispatch();
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    switch (field) {
      case "event":
        this.#type = value;
        break;
      case "data":
        this.#data.push(value);
        break;
      case "id":
        if (!value.includes("\0")) this.#idBuffer = value;
        break;
      case "retry":
        if (/^\d+$/.test(value)) this.sink.retry(Number(value));
        break;
    }
  }

  #dispatch(): void {
    const type = this.#type === "" ? "message" : this.#type;
    const lines = this.#data;
    this.#type = "";
    this.#data = [];
    this.lastEventId = this.#idBuffer;
    if (lines.length > 0) this.sink.event({ type, data: lines.join("\n"), lastEventId: this.lastEventId });
  }
}
