import { Buffer } from "node:buffer";
import EventEmitter from "node:events";
import { hmac } from "@noble/hashes/hmac.js";
import type { Hash as Running } from "@noble/hashes/utils.js";
import { algorithmOf } from "./hash-algorithms.ts";
import { type BinaryLike, bytesOf } from "./secret-key.ts";

interface Destination {
  write(chunk: unknown): unknown;
  end(): unknown;
}

/**
 * Node.js's Hash and Hmac. As streams they take chunks and then have one, the digest, to read. They are no
 * Transform, because that would bring all of node:stream into each program that hashes.
 */
export class Digest extends EventEmitter {
  readonly writable = true;
  readonly readable = true;
  #running: Running<never>;
  #finished = false;
  #result: Buffer | undefined;

  constructor(running: Running<never>) {
    super();
    this.#running = running;
  }

  update(data: BinaryLike, encoding?: BufferEncoding): this {
    if (this.#finished) throw finalized();
    this.#running.update(bytesOf(data, encoding));
    return this;
  }

  digest(encoding?: BufferEncoding | "buffer"): Buffer | string {
    if (this.#finished) throw finalized();
    this.#finished = true;
    const digest = Buffer.from(this.#running.digest());
    return encoding === undefined || encoding === "buffer" ? digest : digest.toString(encoding);
  }

  copy(): Digest {
    if (this.#finished) throw finalized();
    return new Digest(this.#running.clone() as Running<never>);
  }

  write(chunk: BinaryLike, encoding?: BufferEncoding | (() => void), callback?: () => void): boolean {
    this.update(chunk, typeof encoding === "string" ? encoding : undefined);
    const done = typeof encoding === "function" ? encoding : callback;
    if (done) void Promise.resolve().then(done);
    return true;
  }

  end(chunk?: BinaryLike, encoding?: BufferEncoding): this {
    if (chunk !== undefined && typeof chunk !== "function") this.update(chunk, encoding);
    this.#result = this.digest() as Buffer;
    void Promise.resolve().then(() => {
      this.emit("finish");
      this.emit("readable");
      if (this.listenerCount("data") > 0) this.emit("data", this.read());
      this.emit("end");
      this.emit("close");
    });
    return this;
  }

  read(): Buffer | null {
    const result = this.#result ?? null;
    this.#result = undefined;
    return result;
  }

  pipe<T extends Destination>(destination: T): T {
    this.on("data", (chunk) => destination.write(chunk));
    this.on("end", () => destination.end());
    return destination;
  }
}

function finalized(): Error {
  return Object.assign(new Error("Digest already called"), { code: "ERR_CRYPTO_HASH_FINALIZED" });
}

export function createHash(name: string): Digest {
  return new Digest(algorithmOf(name).create() as Running<never>);
}

export function createHmac(name: string, key: BinaryLike): Digest {
  return new Digest(hmac.create(algorithmOf(name), bytesOf(key)) as unknown as Running<never>);
}

/** `crypto.hash`: a digest in one call. */
export function hash(name: string, data: BinaryLike, encoding: BufferEncoding | "buffer" = "hex"): Buffer | string {
  return createHash(name).update(data).digest(encoding);
}
