import type { ReadableStream as Stream, WritableStream } from "web-streams-polyfill";
import type { BodyReads } from "../body-reads.ts";
import { bridge } from "../part-bridge.ts";
import { base } from "./base.ts";

/** The largest chunk of a stream of bytes that are at hand, in bytes. */
const CHUNK = 64 * 1024;

/** The class AbortSignal of the guest API. */
type Signal = ReturnType<typeof base.newSignal>;

interface StreamsPart {
  ReadableStream: typeof Stream;
  WritableStream: typeof WritableStream;
}

/** Returns the class of readable streams. */
export function readableStream(): typeof Stream {
  return (bridge.usePart("streams") as StreamsPart).ReadableStream;
}

/** Creates a stream of bytes that nobody changes later. Each chunk is a copy. */
export function byteStream(bytes: Uint8Array): Stream {
  return lazyByteStream(() => bytes);
}

/** Creates a stream of bytes that are asked for when the stream is first read. What was not read when `signal` is aborted is lost. */
export function lazyByteStream(read: () => Uint8Array, signal?: Signal): Stream {
  let bytes: Uint8Array | undefined;
  let at = 0;
  return new (readableStream())(
    {
      type: "bytes",
      start(controller) {
        if (signal?.aborted === true) controller.error(signal.reason);
        else if (signal !== undefined) base.onAbort(signal, () => controller.error(signal.reason));
      },
      pull(controller) {
        bytes ??= read();
        const chunk = bytes.slice(at, at + CHUNK);
        at += chunk.length;
        if (chunk.length > 0) controller.enqueue(chunk);
        if (at >= bytes.length) {
          controller.close();
          controller.byobRequest?.respond(0);
        }
      },
    },
    { highWaterMark: 0 },
  );
}

/** Creates the stream of a body that arrives while it is read. */
export function arrivingStream(reads: BodyReads): Stream {
  return new (readableStream())(
    {
      type: "bytes",
      start(controller) {
        reads.onAbort = (reason) => controller.error(reason);
      },
      async pull(controller) {
        const piece = await reads.piece();
        if (piece !== undefined) return controller.enqueue(piece as Uint8Array<ArrayBuffer>);
        controller.close();
        controller.byobRequest?.respond(0);
      },
      cancel: () => reads.cancel(),
    },
    { highWaterMark: 0 },
  );
}

/**
 * Reads a stream to its end. The chunks pass through no promise, because a task can define `then` for all objects.
 * @throws {TypeError} for a chunk that is not a Uint8Array; whatever the stream fails with
 */
export function readInto(stream: Stream, chunks: Uint8Array[]): Promise<void> {
  const { WritableStream } = bridge.usePart("streams") as StreamsPart;
  const sink = new WritableStream<unknown>({
    write(chunk) {
      if (!(chunk instanceof Uint8Array))
        throw new TypeError("a body can only consist of chunks of bytes (Uint8Array)");
      chunks.push(chunk);
    },
  });
  return stream.pipeTo(sink);
}

/** Returns a chunk. @throws {TypeError} for one that is not a Uint8Array, which also cancels the stream */
export async function checkedChunk(reader: ReturnType<Stream["getReader"]>, chunk: unknown): Promise<Uint8Array> {
  if (chunk instanceof Uint8Array) return chunk;
  const error = new TypeError("a body can only consist of chunks of bytes (Uint8Array)");
  await reader.cancel(error);
  throw error;
}

/** Is a value a readable stream, whatever its prototype is? */
export function isStream(value: object): value is Stream {
  if (!base.isPartLoaded("streams")) return false;
  lockedOf ??= Object.getOwnPropertyDescriptor(readableStream().prototype, "locked")?.get;
  try {
    lockedOf?.call(value);
    return true;
  } catch {
    return false;
  }
}

/** Has anyone read from the stream, or cancelled it? The library says it by a member, and not in its public interface. */
export function isDisturbed(stream: object): boolean {
  return (stream as { _disturbed?: unknown })._disturbed === true;
}

/** Can the stream be read into the reader's own buffer? The library says that, too, by a member only. */
export function isByteStream(stream: object): boolean {
  const { _readableStreamController: controller } = stream as { _readableStreamController?: object };
  return controller !== undefined && "byobRequest" in controller;
}

let lockedOf: (() => unknown) | undefined;
