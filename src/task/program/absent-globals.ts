/** Why a global is absent, and what to use in its place. The reason begins with "a task". */
export interface Absence {
  reason: string;
  remedy: string;
}

const PAGE: Absence = { reason: "a task has no page", remedy: "Return data, and show it where the task is called." };
const PARSING: Absence = { reason: "a task has no DOM", remedy: "Use a package that parses HTML or XML by itself." };
const STORAGE: Absence = {
  reason: "a task keeps nothing between its executions",
  remedy: "Return what has to be kept, or send it to a service with fetch.",
};
const THREADS: Absence = {
  reason: "a task has a single thread",
  remedy: "Do the work in the task itself, or create a job for another task.",
};
const DIALOG: Absence = {
  reason: "a task has nobody to ask",
  remedy: "Take the answer as input, and write with console.",
};
const MESSAGES: Absence = {
  reason: "a task exchanges no messages with the outside",
  remedy: "The function gets its input as an argument, and returns its output.",
};
const PATHS: Absence = {
  reason: "a task has no files when it runs",
  remedy: "Import the file, or pass its content in as input.",
};
const ENGINE: Absence = { reason: "a task can't look into the engine that runs it", remedy: "Leave it out." };
const DRAWING: Absence = { reason: "a task has no screen", remedy: "Use a package that works on pixels by itself." };

/** The globals of browsers, their workers and other runtimes that no task has. A test compares them with the sandbox. */
export const ABSENT_GLOBALS: Readonly<Record<string, Absence>> = {
  document: PAGE,
  window: {
    reason: "a task has no page",
    remedy: "Use globalThis for the global object, and input in place of a page.",
  },
  HTMLElement: PAGE,
  MutationObserver: PAGE,
  IntersectionObserver: PAGE,
  ResizeObserver: PAGE,
  getComputedStyle: PAGE,
  matchMedia: PAGE,
  history: PAGE,
  screen: PAGE,
  customElements: PAGE,
  requestAnimationFrame: { reason: "a task has no screen", remedy: "Use setTimeout." },
  cancelAnimationFrame: { reason: "a task has no screen", remedy: "Use clearTimeout." },
  requestIdleCallback: { reason: "a task is never idle", remedy: "Use setTimeout." },
  DOMParser: PARSING,
  XMLSerializer: PARSING,
  location: { reason: "a task has no address", remedy: "Pass the URL in as input." },
  localStorage: STORAGE,
  sessionStorage: STORAGE,
  indexedDB: STORAGE,
  caches: STORAGE,
  cookieStore: STORAGE,
  XMLHttpRequest: { reason: "a task calls HTTP services with fetch", remedy: "Use fetch." },
  FileReader: { reason: "a task reads blobs without it", remedy: "Use blob.text() or blob.arrayBuffer()." },
  FileReaderSync: { reason: "a task reads blobs without it", remedy: "Use blob.text() or blob.arrayBuffer()." },
  Worker: THREADS,
  SharedWorker: THREADS,
  Atomics: THREADS,
  importScripts: { reason: "a task is not made of scripts", remedy: "Use import." },
  BroadcastChannel: MESSAGES,
  postMessage: MESSAGES,
  onmessage: MESSAGES,
  addEventListener: MESSAGES,
  removeEventListener: MESSAGES,
  dispatchEvent: MESSAGES,
  alert: DIALOG,
  confirm: DIALOG,
  prompt: DIALOG,
  Notification: DIALOG,
  Image: DRAWING,
  ImageData: DRAWING,
  OffscreenCanvas: DRAWING,
  createImageBitmap: DRAWING,
  Audio: { reason: "a task has no loudspeaker", remedy: "Leave it out." },
  RTCPeerConnection: { reason: "a task has no sockets", remedy: "Use fetch." },
  WebAssembly: { reason: "a task's engine runs JavaScript only", remedy: "Use an implementation in JavaScript." },
  PerformanceObserver: ENGINE,
  gc: ENGINE,
  Deno: {
    reason: "a task does not run in Deno",
    remedy: "Use fetch and the web's other interfaces, or a module of Node.js.",
  },
  Bun: {
    reason: "a task does not run in Bun",
    remedy: "Use fetch and the web's other interfaces, or a module of Node.js.",
  },
};

/** Members of `process` that fail or are empty in a task. */
export const ABSENT_PROCESS: Readonly<Record<string, Absence>> = {
  exit: { reason: "a task is not a process", remedy: "Return from the task's function, or throw an error." },
  abort: { reason: "a task is not a process", remedy: "Throw an error." },
  kill: { reason: "a task is not a process", remedy: "Leave it out." },
  chdir: PATHS,
  stdin: { reason: "a task has no standard input", remedy: "Take the data as input." },
  argv: { reason: "a task has no arguments, and the list is empty", remedy: "Take the values as input." },
  env: {
    reason: "a task has no environment, and the object is empty",
    remedy: "Take the value as input, or as context.secrets (permissions.secrets in metadata.json).",
  },
  dlopen: { reason: "a task can't load native code", remedy: "Use a package without native code." },
  binding: { reason: "a task can't load native code", remedy: "Use a package without native code." },
};
