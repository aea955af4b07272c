/**
 * Finds duplicate strings with little memory: it stores a hash instead of each string. Millions of strings in a `Set`
 * take hundreds of megabytes.
 */
export class DistinctTexts {
  /** Differs between processes, so that nobody can prepare strings with colliding hashes. */
  readonly #seed = crypto.getRandomValues(new Uint32Array(2));
  #hashes = new Float64Array(64);
  #indexes = new Int32Array(64).fill(-1);
  #count = 0;

  /**
   * Adds the string of the next item.
   * @param textOf recomputes the string of an earlier item, because equal hashes do not prove equal strings
   * @returns true if an earlier item has the same string
   */
  add(text: string, textOf: (index: number) => string): boolean {
    const hash = this.#hashOf(text);
    const mask = this.#indexes.length - 1;
    let slot = hash % this.#indexes.length;
    for (; this.#indexes[slot] !== -1; slot = (slot + 1) & mask) {
      if (this.#hashes[slot] === hash && textOf(this.#indexes[slot] ?? 0) === text) return true;
    }
    this.#hashes[slot] = hash;
    this.#indexes[slot] = this.#count++;
    if (2 * this.#count > this.#indexes.length) this.#grow();
    return false;
  }

  /** Returns a hash of 53 bits, the largest that a number represents exactly. */
  #hashOf(text: string): number {
    const low = Bun.hash.xxHash32(text, this.#seed[0] ?? 0);
    const high = Bun.hash.murmur32v3(text, this.#seed[1] ?? 0) & 0x1f_ffff;
    return high * 2 ** 32 + low;
  }

  #grow(): void {
    const [hashes, indexes] = [this.#hashes, this.#indexes];
    const size = 2 * indexes.length;
    this.#hashes = new Float64Array(size);
    this.#indexes = new Int32Array(size).fill(-1);
    for (let from = 0; from < indexes.length; from++) {
      const index = indexes[from] ?? -1;
      if (index === -1) continue;
      const hash = hashes[from] ?? 0;
      let slot = hash % size;
      while (this.#indexes[slot] !== -1) slot = (slot + 1) & (size - 1);
      this.#hashes[slot] = hash;
      this.#indexes[slot] = index;
    }
  }
}
