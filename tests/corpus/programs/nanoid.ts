import { customAlphabet, customRandom, nanoid } from "nanoid";

export default function () {
  let next = 0;
  const seeded = customRandom("abcdef", 10, (size) => new Uint8Array(size).map(() => next++ % 256));
  return {
    length: nanoid().length,
    set: /^[\w-]{21}$/.test(nanoid()),
    custom: /^[01]{8}$/.test(customAlphabet("01", 8)()),
    seeded: seeded(),
    different: new Set([nanoid(), nanoid()]).size,
  };
}
