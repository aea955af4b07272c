import type { Clock, Timer } from "../../lib/clock.ts";
import type { LogStore, NewLogMessage } from "../../store/contract/logs.ts";
import {
  createLogger,
  type LogFields,
  type Logger,
  type LogRecord,
  type LogThreshold,
} from "../../telemetry/logger.ts";

/** Stores the server's messages beside the lines of tasks. */
export interface MessageKeeper {
  /** Writes as before, and keeps what is written. */
  logger: Logger;
  /** Keeps messages that are shown in another form. */
  kept: Logger;
  /** Stores what is kept from now on, and what was kept so far. */
  attach(logs: Pick<LogStore, "append">): void;
  /** Stores what is left, and keeps nothing from now on. */
  stop(): Promise<void>;
}

/** What a {@link MessageKeeper} needs. */
export interface MessageKeeperOptions {
  /** Where messages are written in any case. */
  logger: Logger;
  /** The lowest level that is kept. */
  threshold: LogThreshold;
  clock: Clock;
}

/** Delay between a message and its storage, ms: many share one write. */
const DELAY_MS = 100;
/** Pause after messages could not be stored, such as on a full disk, ms. */
const FAILED_PAUSE_MS = 5_000;
/** Messages that wait to be stored at most. Further ones are only counted. */
const MOST_WAITING = 2_000;
/** Messages that are stored for each second, after a burst of {@link MOST_WAITING}: a flood of them must not hold up jobs. */
const PER_SECOND = 200;
/** Longest text that is stored, characters. */
const LONGEST = 16 * 1024;

interface KeeperState {
  readonly clock: Clock;
  logs: Pick<LogStore, "append"> | undefined;
  waiting: NewLogMessage[];
  /** Messages that were not kept since this was last said. */
  dropped: number;
  /** Messages that may be kept now. */
  allowance: number;
  allowedAt: number;
  timer: Timer | undefined;
  storing: Promise<void> | undefined;
  isStopped: boolean;
}

/** Creates what stores the server's messages: at a bounded rate, from a bounded memory. What it leaves out, it counts. */
export function createMessageKeeper({ logger, threshold, clock }: MessageKeeperOptions): MessageKeeper {
  const state: KeeperState = {
    clock,
    logs: undefined,
    waiting: [],
    dropped: 0,
    allowance: MOST_WAITING,
    allowedAt: clock.monotonic(),
    timer: undefined,
    storing: undefined,
    isStopped: false,
  };
  const keeping = createLogger(threshold, (record) => keep(state, record));
  const both =
    (level: keyof Logger) =>
    (message: string, fields?: LogFields): void => {
      logger[level](message, fields);
      keeping[level](message, fields);
    };
  return {
    logger: { debug: both("debug"), info: both("info"), warn: both("warn"), error: both("error") },
    kept: keeping,
    attach(logs) {
      state.logs = logs;
      schedule(state, DELAY_MS);
    },
    async stop() {
      await state.storing;
      state.timer?.cancel();
      await store(state);
      state.isStopped = true;
    },
  };
}

function keep(state: KeeperState, record: LogRecord): void {
  if (state.isStopped) return;
  const now = state.clock.monotonic();
  state.allowance = Math.min(MOST_WAITING, state.allowance + ((now - state.allowedAt) / 1_000) * PER_SECOND);
  state.allowedAt = now;
  if (state.allowance < 1 || state.waiting.length >= MOST_WAITING) {
    state.dropped += 1;
    schedule(state, DELAY_MS);
    return;
  }
  state.allowance -= 1;
  state.waiting.push(messageOf(record));
  schedule(state, DELAY_MS);
}

function schedule(state: KeeperState, ms: number): void {
  if (state.logs === undefined || state.storing !== undefined || state.isStopped) return;
  state.timer ??= state.clock.after(ms, () => {
    state.storing = store(state).then((ok) => {
      state.storing = undefined;
      if (state.waiting.length > 0 || state.dropped > 0) schedule(state, ok ? DELAY_MS : FAILED_PAUSE_MS);
    });
  });
}

/** @returns false if nothing could be stored. Nothing is said about it: that would be one more message. */
async function store(state: KeeperState): Promise<boolean> {
  state.timer = undefined;
  const { logs, dropped, clock } = state;
  if (logs === undefined || (state.waiting.length === 0 && dropped === 0)) return true;
  const batch = state.waiting;
  const said = dropped === 0 ? batch : [...batch, messageOf(omission(dropped, clock.now()))];
  state.waiting = [];
  state.dropped = 0;
  try {
    await logs.append(said);
    return true;
  } catch {
    const room = Math.max(0, MOST_WAITING - state.waiting.length);
    const kept = batch.slice(0, room);
    state.waiting = [...kept, ...state.waiting];
    state.dropped += dropped + batch.length - kept.length;
    return false;
  }
}

function omission(count: number, time: number): LogRecord {
  return {
    level: "warn",
    time,
    message: "messages of the server were not stored: there were too many",
    fields: { count },
  };
}

function messageOf({ time, level, message, fields }: LogRecord): NewLogMessage {
  const { taskId, jobId, executionId, traceId, task: _label, ...rest } = fields;
  const text = message + factsOf(rest);
  return {
    time,
    level,
    message: text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text,
    taskId: idOf(taskId),
    jobId: idOf(jobId),
    executionId: idOf(executionId),
    traceId: typeof traceId === "string" ? traceId : null,
  };
}

const idOf = (value: LogFields[string]): number | null => (typeof value === "number" ? value : null);

function factsOf(fields: LogFields): string {
  let text = "";
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) text += ` ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`;
  }
  return text;
}
