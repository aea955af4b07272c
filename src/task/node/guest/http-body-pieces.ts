/** The body of a request that is sent while it is written. */
export class BodyPieces {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #waiting: Uint8Array[];
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** Called when what was written last is on its way. */
  #taken: (() => void) | undefined;
  #isWanted = false;

  /** @param written what was written before */
  constructor(written: readonly Uint8Array[]) {
    this.#waiting = [...written];
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => {
          this.#isWanted = true;
          this.#pass();
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** Adds a piece. @param taken is called when the next one may come */
  add(bytes: Uint8Array, taken: () => void): void {
    this.#waiting.push(bytes);
    this.#taken = taken;
    if (this.#isWanted) this.#pass();
  }

  /** The body is complete. */
  end(ended: () => void): void {
    for (const bytes of this.#waiting.splice(0)) this.#controller?.enqueue(new Uint8Array(bytes));
    this.#controller?.close();
    ended();
  }

  #pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#isWanted = false;
    this.#controller?.enqueue(new Uint8Array(next));
    if (this.#waiting.length > 0) return;
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
  }
}
