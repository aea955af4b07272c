/** A sequence of random bytes that a seed determines, from any place in it. */
export class SeededBytes {
  readonly #seed: Buffer;
  #key: Buffer | undefined;
  /** How many bytes were drawn. */
  drawn: number;

  /** @param seed hexadecimal digits @default chosen at random */
  constructor(seed: string | undefined, drawn = 0) {
    this.#seed =
      seed === undefined ? Buffer.from(crypto.getRandomValues(new Uint8Array(32))) : Buffer.from(seed, "hex");
    this.drawn = drawn;
  }

  /** The seed, hexadecimal digits. */
  get seed(): string {
    return this.#seed.toString("hex");
  }

  /** 64 bits of the seed itself, not zero, for a generator whose state is no secret. They cost nothing more. */
  get state(): bigint {
    return this.#seed.readBigUInt64LE() || 1n;
  }

  /** Draws the next bytes: SHA-256 of the seed's digest and a counter. */
  fill(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      const block = this.#block(Math.floor(this.drawn / 32));
      const from = this.drawn % 32;
      const taken = block.subarray(from, from + bytes.length - at);
      bytes.set(taken, at);
      at += taken.length;
      this.drawn += taken.length;
    }
  }

  #block(index: number): Buffer {
    this.#key ??= new Bun.CryptoHasher("sha256").update(this.#seed).digest();
    return new Bun.CryptoHasher("sha256").update(this.#key).update(String(index)).digest();
  }
}
