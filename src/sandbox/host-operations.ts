/**
 * What a guest can ask of its host, by number: the first argument of the one host function. This table is the whole
 * surface between a task and the machine it runs on; guest/ and quickjs/ both read it.
 */
export const OPERATION = {
  /** (ok 0 or 1, JSON of output or error): the task's function has ended. */
  settle: 1,
  /** (level 0 to 3, message) */
  log: 2,
  /** (JSON) */
  progress: 3,
  /** (timer, ms): deliver `timer` once, after ms. */
  setTimer: 4,
  /** (timer) */
  clearTimer: 5,
  /** (fetch, JSON of the request, body as string or bytes or undefined): send; gives what is wrong with it, if so. */
  fetch: 6,
  /** (fetch) -> JSON of the response's head. Suspends the guest until the response is there. */
  awaitFetch: 7,
  /** (fetch) -> string; a body that this says completely is dropped by the host. Undefined when it was dropped before. */
  fetchText: 8,
  /** (fetch, 1 to have the host drop the body) -> bytes, or undefined when they were dropped before */
  fetchBytes: 9,
  /** (fetch) */
  abortFetch: 10,
  /** (input, base or undefined) -> JSON of the parts, or undefined when it is no URL */
  parseUrl: 11,
  /** (href, part, value) -> JSON of the parts after the change */
  changeUrl: 12,
  /** (text) -> UTF-8 bytes */
  encodeText: 13,
  /** (bytes, encoding, flags: 1 fatal, 2 keep BOM, 4 leave out an incomplete end) -> string, or undefined when fatal and malformed */
  decodeText: 14,
  /** (encoding label) -> its canonical name, or undefined */
  encodingName: 15,
  /** (count) -> random bytes */
  random: 16,
  /** (call, JSON of method and arguments, ...bytes they refer to): WebCrypto; delivered later. Gives what is wrong with it, if so. */
  subtle: 17,
  /** (trace of the engine) -> its frames in code of the task, at the places of the task's own files */
  taskFrames: 18,
  /** (): a call of fetch could not be sent; if the task never looks at it, it fails the task. */
  unsentFetch: 19,
} as const;

/** What a host can deliver into a guest between two of its turns: the first argument of the guest's `deliver`. */
export const DELIVERY = { fetch: 0, timer: 1, subtle: 2, abort: 3 } as const;
