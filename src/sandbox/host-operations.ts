/**
 * The operations that a guest can ask its host for. The number is the first argument of the guest's only host function.
 * This table is the whole interface between a task and the machine that it runs on. guest/ and quickjs/ share it.
 */
export const OPERATION = {
  /** (1 for success or 0, JSON of the output or the error): the task's function has ended. */
  settle: 1,
  /** (level 0 to 3, message) */
  log: 2,
  /** (JSON) */
  progress: 3,
  /** (timer, ms): deliver `timer` once, after this many ms. */
  setTimer: 4,
  /** (timer) */
  clearTimer: 5,
  /**
   * (fetch, JSON of the request, body as string, bytes or undefined) -> what is wrong with the request, if it can't be sent. With
   * `upload`, the host asks for the body in pieces.
   */
  fetch: 6,
  /**
   * (fetch, 1 if the host should drop the body) -> JSON of the response's head. Suspends the guest until the whole response has
   * arrived, or only its head if the guest reads the body as it arrives.
   */
  awaitFetch: 7,
  /** (fetch) -> text of the body, or undefined if it was dropped. The host drops the body if the text contains all of it. */
  fetchText: 8,
  /** (fetch, 1 if the host should drop the body) -> bytes, or undefined if they were dropped */
  fetchBytes: 9,
  /** (fetch) */
  abortFetch: 10,
  /** (input, base or undefined) -> JSON of the parts, or undefined if the input is not a URL */
  parseUrl: 11,
  /** (href, part, value) -> JSON of the parts after the change */
  changeUrl: 12,
  /** (text) -> UTF-8 bytes */
  encodeText: 13,
  /** (bytes, encoding, flags: 1 fatal, 2 keep BOM, 4 leave out an incomplete end) -> string, or undefined if malformed and fatal */
  decodeText: 14,
  /** (encoding label) -> its canonical name, or undefined */
  encodingName: 15,
  /** (count) -> random bytes */
  random: 16,
  /** (call, JSON of method and arguments, ...bytes they refer to) -> what is wrong with the call, if anything. The result is delivered later. */
  subtle: 17,
  /** (trace of the engine) -> its frames in the task's code, with positions in the task's own files */
  taskFrames: 18,
  /** (): a call of fetch could not be sent. If the task never looks at it, it fails the task. */
  unsentFetch: 19,
  /** (place in GUEST_PARTS) -> function that runs this part of the guest API */
  loadPart: 20,
  /** (name of the service and its method, JSON of the service's locales and options, JSON of the arguments) -> JSON of the result or the error */
  intl: 21,
  /** (ms, 1 if they are local time, else 0) -> JSON of the task's time zone at that time: see ZoneSpan */
  timeZone: 22,
  /** (format: gzip, deflate or deflate-raw, and then the same to decompress) -> number of the stream */
  openCompression: 23,
  /** (stream, at most 64 KiB, 1 if they are the last) -> see GuestCompression.step */
  compress: 24,
  /** (stream) */
  closeCompression: 25,
  /** (fetch, 1 for all of it) -> the next piece of the body, or the fact that the host has all of it, is delivered later. */
  readFetch: 26,
  /** (fetch, at most 64 KiB, or undefined at the end): the next piece of a request's body, which the host has asked for. */
  uploadPiece: 27,
  /** (socket, JSON of the URL and the subprotocols) -> what is wrong with them, if anything. Its events are delivered later. */
  openSocket: 28,
  /** (socket, text or bytes) */
  sendSocket: 29,
  /** (socket, code or undefined, reason) */
  closeSocket: 30,
  /** (socket) -> how many bytes were not passed to the network yet */
  socketBuffered: 31,
  /** (name): the task has read this member of `context.secrets` for the first time. */
  secretRead: 32,
  /** (JSON of the request) -> the number of the durable operation, or what is wrong. Its result is delivered later. */
  durable: 33,
  /**
   * (JSON of the request) -> the number of the step, how often its function has run, and its key, separated by spaces: the function
   * runs, at once or, if it has run, when DURABLE_DELIVERY.again says so. Only the number, if the result is delivered; or "!" and
   * what is wrong.
   */
  beginStep: 34,
  /** (): the function of the step that has begun last has returned a promise. */
  pauseStep: 35,
  /**
   * (step, 1 if its function still runs, JSON of the request, JSON of the result, how often its function has run and ms until it runs
   * again or undefined) -> what is wrong, if anything. The result is delivered, or that it may run again.
   */
  endStep: 36,
  /** (step, how often its function has run): the function of a step runs again. */
  runStep: 37,
  /** (operation): the run no longer wants its result. */
  withdraw: 38,
  /**
   * (JSON) -> 1 if there is room for another item of the run's stream, 2 if nobody reads it any more; else DURABLE_DELIVERY.room says
   * when there is, or DURABLE_DELIVERY.unread.
   */
  writeItem: 39,
  /** (JSON of an input) -> what is wrong, if anything. The run ends, and begins again with this input. */
  renew: 40,
  /** (how many rows the task has had) -> what is wrong, if anything. DURABLE_DELIVERY.rows delivers the next rows of the input. */
  readRows: 41,
  /** (how many rows of the input the task has taken): it takes no more. */
  closeRows: 42,
  /** () -> what is wrong, if anything. The task has returned a generator, so the run has a stream. */
  openStream: 43,
} as const;

/** What a host can deliver into a guest that is not running: the first argument of the guest's `deliver`. */
export const DELIVERY = { fetch: 0, timer: 1, subtle: 2, abort: 3, body: 4, upload: 5, socket: 6, durable: 7 } as const;

/**
 * What DELIVERY.durable delivers. The index is that of an operation: then the text is "+" and the JSON of its result, only "+" for
 * undefined, "-" and the JSON of its error, or `again`. Or the index says what it is.
 */
export const DURABLE_DELIVERY = { again: "a", room: 0, cancel: -1, rows: -2, unread: -3 } as const;

/** The guest's `bind` and `loaded` return this and a place while the program waits for something at its top level. */
export const STILL_LOADING = "loading ";
/** They return this and the JSON of the error if that has failed. */
export const LOADING_FAILED = "failed ";
