/** One server-sent event (HTML standard, section 9.2). */
export interface StreamEvent {
  type: string;
  data: string;
  /** The id to resume after; "" if the stream has no ids. */
  id: string;
}

/** Reads the text of a stream piece by piece. */
export interface EventParser {
  /** Takes the next piece and returns the events that it completes. */
  read(text: string): StreamEvent[];
  /** The id of the latest event, also of one without data. */
  lastId(): string;
}

/** Creates a parser that starts after an event. @param resumeAfter id of the event */
export function createEventParser(resumeAfter = ""): EventParser {
  let rest = "";
  let lastId = resumeAfter;
  let type = "";
  let data: string[] = [];

  function takeLine(line: string): StreamEvent | undefined {
    if (line === "") {
      const event = data.length === 0 ? undefined : { type: type || "message", data: data.join("\n"), id: lastId };
      type = "";
      data = [];
      return event;
    }
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") type = value;
    else if (field === "data") data.push(value);
    else if (field === "id") lastId = value;
    return undefined;
  }

  return {
    read(text) {
      const lines = (rest + text).split(/\r\n|\n|\r/);
      rest = lines.pop() ?? "";
      return lines.map(takeLine).filter((event) => event !== undefined);
    },
    lastId: () => lastId,
  };
}
