/** The global object. */
declare var self: typeof globalThis;
/** The global object, under its name in Node.js. */
declare var global: typeof globalThis;

/** Facts about the platform. They are the same everywhere, and say nothing about the machine. */
interface Navigator {
  /** "Ratchet", without a version. */
  readonly userAgent: string;
  /** "en-US". */
  readonly language: string;
  /** `["en-US"]`. */
  readonly languages: ReadonlyArray<string>;
  /** 1: a task has one thread. */
  readonly hardwareConcurrency: number;
}
/** Facts about the platform. */
declare var navigator: Navigator;

/**
 * Calls a function once, after `delay` ms (default: 0) at the earliest. While all of the task waits it occupies no thread,
 * but its time limit goes on.
 * @returns a number for `clearTimeout`
 */
declare function setTimeout<Values extends any[]>(
  callback: (...values: Values) => void,
  delay?: number,
  ...values: Values
): number;
/** Calls a function again and again, every `delay` ms (at least 1). The task ends when its function has returned, whatever intervals there are. */
declare function setInterval<Values extends any[]>(
  callback: (...values: Values) => void,
  delay?: number,
  ...values: Values
): number;
/** Calls a function as soon as the current turn has ended. */
declare function setImmediate<Values extends any[]>(callback: (...values: Values) => void, ...values: Values): number;
/** Stops what `setTimeout` began. Anything that is no timer is ignored. */
declare function clearTimeout(id: number | string | null | undefined): void;
/** Stops what `setInterval` began. */
declare function clearInterval(id: number | string | null | undefined): void;
/** Stops what `setImmediate` began. */
declare function clearImmediate(id: number | string | null | undefined): void;
/** Calls a function before any timer and any response. */
declare function queueMicrotask(callback: () => void): void;
/** Fails the task with an error, as an error that nothing catches does. */
declare function reportError(e: any): void;

/**
 * Copies a value with all that it contains. Besides JavaScript's own types it copies Blob, File and DOMException; streams,
 * keys and functions throw a DataCloneError. ArrayBuffers and ports can be transferred.
 */
declare function structuredClone<T = any>(value: T, options?: { transfer?: any[] }): T;
/** Decodes base64 into a text of which each character stands for one byte. */
declare function atob(data: string): string;
/** Encodes a text, each character of which stands for one byte, as base64. */
declare function btoa(data: string): string;

/** The exports of a script, as in CommonJS. A program whose files import each other has none of its own: use `export`. */
declare var module: { exports: any };
/** The object that `module.exports` is at first. */
declare var exports: any;
/**
 * Loads a file of the task, a package or a module of Node.js. It is resolved when the task is loaded; the name of a module
 * that is computed throws an error with the code MODULE_NOT_FOUND.
 */
declare function require(path: string): any;

interface ImportMeta {
  /** Empty. There are no other members: a task does not know where it is. */
  readonly env: Readonly<Record<string, string | undefined>>;
}
