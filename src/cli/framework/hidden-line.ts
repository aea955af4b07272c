/** Control characters of a terminal. */
const INTERRUPT = "\u0003";
const END = "\u0004";
const ERASE_LINE = "\u0015";
const BACKSPACES = ["\u007f", "\b"];
const ESCAPE = "\u001b";

/** What a terminal sends around pasted text, if it was asked for that (xterm, "Bracketed Paste Mode"). */
const PASTE_START = "\u001b[200~";
const PASTE_END = "\u001b[201~";

/** Keys such as arrows send sequences (ECMA-48, section 5.4). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: keys are control sequences.
const KEY_SEQUENCE = /^\u001b(?:\[[\d;?]*[@-~]|O[A-Za-z])/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: keys are control sequences.
const START_OF_SEQUENCE = /^\u001b(?:\[[\d;?]*|O)?$/;

/** A line that is complete, and what was sent after it. */
export interface CompleteLine {
  line: string;
  rest: string;
}

/** One line as it is typed on a terminal that shows nothing. A paste may have several lines, which are joined by line feeds. */
export class HiddenLine {
  #typed = "";
  /** The pasted text, while a paste is under way. */
  #pasted: string | undefined;
  /** What may be the start of a sequence. */
  #held = "";

  /**
   * Takes what the terminal has sent.
   * @returns undefined as long as the line is not complete; "cancelled" for Ctrl-C, and for Ctrl-D in place of a line
   */
  take(sent: string): CompleteLine | "cancelled" | undefined {
    const text = this.#held + sent;
    this.#held = "";
    for (let at = 0; at < text.length; ) {
      if (this.#pasted !== undefined) {
        at = this.#paste(text, at);
        continue;
      }
      const rest = text.slice(at);
      if (rest.startsWith(ESCAPE)) {
        if (START_OF_SEQUENCE.test(rest)) {
          this.#held = rest;
          return undefined;
        }
        const sequence = KEY_SEQUENCE.exec(rest)?.[0] ?? ESCAPE;
        if (sequence === PASTE_START) this.#pasted = "";
        at += sequence.length;
        continue;
      }
      const [key = ""] = rest;
      at += key.length;
      if (key === INTERRUPT || (key === END && this.#typed === "")) return "cancelled";
      if (key === "\r" || key === "\n" || key === END) return { line: this.#typed, rest: text.slice(at) };
      this.#press(key);
    }
    return undefined;
  }

  #press(key: string): void {
    if (BACKSPACES.includes(key)) this.#typed = withoutLast(this.#typed);
    else if (key === ERASE_LINE) this.#typed = "";
    else if (key === "\t" || key >= " ") this.#typed += key;
  }

  /** @returns where the rest of the text begins */
  #paste(text: string, from: number): number {
    const end = text.indexOf(PASTE_END, from);
    if (end === -1) {
      const held = startAtEnd(text.slice(from), PASTE_END);
      this.#held = text.slice(text.length - held);
      this.#pasted += text.slice(from, text.length - held);
      return text.length;
    }
    const pasted = `${this.#pasted}${text.slice(from, end)}`;
    this.#pasted = undefined;
    // Terminals send line feeds as the key Enter.
    this.#typed += pasted.replace(/\r\n?/g, "\n");
    return end + PASTE_END.length;
  }
}

/** Removes the last character that a person sees. */
function withoutLast(text: string): string {
  const last = [...new Intl.Segmenter().segment(text)].at(-1);
  return text.slice(0, last?.index ?? 0);
}

/** Length of the longest end of a text that is the start of another one. */
function startAtEnd(text: string, whole: string): number {
  for (let length = Math.min(text.length, whole.length - 1); length > 0; length--) {
    if (text.endsWith(whole.slice(0, length))) return length;
  }
  return 0;
}
