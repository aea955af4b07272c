import type { ServiceManagerSettings } from "../../config/environment.ts";
import { messageOf } from "../../domain/unknown-error.ts";
import type { Clock, Timer } from "../../lib/clock.ts";
import { settlesWithin } from "../../lib/deadline.ts";
import type { DatagramSender } from "../../lib/unix-datagram.ts";
import type { Logger } from "../../telemetry/logger.ts";

/** Tells the service manager how the server is: systemd's protocol (sd_notify(3)). */
export interface ServiceManager {
  /** The server is ready. From now on the watchdog is notified. */
  ready(): void;
  /** The server is stopping. The watchdog is still notified. */
  stopping(): void;
  close(): void;
}

/** Settings and dependencies of a {@link ServiceManager}. */
export interface ServiceManagerOptions extends ServiceManagerSettings {
  clock: Clock;
  logger: Pick<Logger, "warn">;
  /** Resolves if the store works. */
  probe: () => Promise<void>;
}

const NOBODY: ServiceManager = { ready() {}, stopping() {}, close() {} };

/** Connects to the service manager that started the process. Without one, nothing is loaded and nothing is sent. */
export async function connectServiceManager(options: ServiceManagerOptions): Promise<ServiceManager> {
  const { socket, logger } = options;
  if (socket === undefined || process.platform !== "linux") return NOBODY;
  try {
    const { openDatagramSender } = await import("../../lib/unix-datagram.ts");
    return notifying(openDatagramSender(socket), options);
  } catch (error) {
    logger.warn("the service manager can't be notified", { socket, error: messageOf(error) });
    return NOBODY;
  }
}

function notifying(sender: DatagramSender, options: ServiceManagerOptions): ServiceManager {
  let failed = false;
  const send = (text: string): void => {
    if (sender.send(text) || failed) return;
    failed = true;
    options.logger.warn("the service manager does not receive what it is sent", { socket: options.socket, text });
  };
  let stopWatchdog = () => {};
  return {
    ready() {
      send("READY=1");
      if (options.watchdogMs !== undefined) stopWatchdog = feedWatchdog(options, options.watchdogMs, send);
    },
    stopping: () => send("STOPPING=1"),
    close() {
      stopWatchdog();
      sender.close();
    },
  };
}

/** Notifies the watchdog at half of its interval, as long as the event loop gets to it and the store works. */
function feedWatchdog(
  { clock, probe }: Pick<ServiceManagerOptions, "clock" | "probe">,
  watchdogMs: number,
  send: (text: string) => void,
): () => void {
  const intervalMs = watchdogMs / 2;
  let timer: Timer | undefined;
  let stopped = false;
  const schedule = (): void => {
    timer = clock.after(intervalMs, () => void look());
  };
  const look = async (): Promise<void> => {
    schedule();
    let works = false;
    const probed = probe().then(
      () => {
        works = true;
      },
      () => {},
    );
    await settlesWithin(probed, intervalMs, clock);
    if (works && !stopped) send("WATCHDOG=1");
  };
  schedule();
  return () => {
    stopped = true;
    timer?.cancel();
  };
}
