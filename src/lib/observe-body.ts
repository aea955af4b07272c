/** Something whose bytes arrive in pieces. */
interface ByteReader {
  /** @returns undefined at the end */
  read(): Promise<Uint8Array | undefined>;
  cancel(): void;
}

/** What a layer does with a body that passes through it. Each member is optional. */
export interface BodyObserver {
  /** A piece was read. */
  piece?: (bytes: Uint8Array) => void;
  /** Returns the error that the caller sees in place of this one. */
  explain?: (error: unknown) => unknown;
  /** Called once: the body has ended, its reader was cancelled (`cancelled`), or it failed with the error. */
  ended?: (how: "complete" | "cancelled" | { error: unknown }) => void;
}

/** Returns a reader of the same body that reports to a layer what happens. */
export function observeBody(reader: ByteReader, { piece, explain, ended }: BodyObserver): ByteReader {
  let over = false;
  const end: BodyObserver["ended"] = (how) => {
    if (over) return;
    over = true;
    ended?.(how);
  };
  return {
    async read() {
      try {
        const bytes = await reader.read();
        if (bytes === undefined) end("complete");
        else piece?.(bytes);
        return bytes;
      } catch (error) {
        const shown = explain === undefined ? error : explain(error);
        end({ error: shown });
        throw shown;
      }
    },
    cancel() {
      reader.cancel();
      end("cancelled");
    },
  };
}
