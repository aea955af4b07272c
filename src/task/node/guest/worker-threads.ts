export default {
  isMainThread: true,
  isInternalThread: false,
  parentPort: null,
  workerData: null,
  threadId: 0,
  resourceLimits: {},
  SHARE_ENV: Symbol.for("nodejs.worker_threads.SHARE_ENV"),
  MessageChannel: (globalThis as { MessageChannel?: unknown }).MessageChannel,
  MessagePort: (globalThis as { MessagePort?: unknown }).MessagePort,
};
