/** One line of a stream, or one row of a table. */
export interface Line {
  /** From 1, counting blank lines. Of a row of several lines, the number of the first. */
  number: number;
  /** Its length, in bytes or characters. */
  size: number;
  /** The line without its end; `undefined` if it is too long and its bytes were dropped, or for a row. */
  bytes: Uint8Array | undefined;
  /** The fields of a row. */
  fields?: readonly string[];
}

/** Splits a stream of bytes into lines or rows. */
export interface LineSource {
  /**
   * Takes the next chunk, whose bytes must not change until {@link next} returns `undefined`.
   * @returns a promise if the chunk is not read at once
   * @throws {RatchetError} if the stream can't be split any further
   */
  push(chunk: Uint8Array): Promise<void> | undefined;
  /** Ends the input. The last line may lack its line feed. */
  end(): Promise<void> | undefined;
  /** Returns the next line that is not blank; `undefined` if it needs another chunk, or nothing is left after the end. */
  next(): Line | undefined;
}
