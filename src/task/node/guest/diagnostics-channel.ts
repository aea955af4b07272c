type Subscriber = (message: unknown, name: string | symbol) => void;

class Channel {
  readonly name: string | symbol;
  #subscribers: Subscriber[] = [];

  constructor(name: string | symbol) {
    this.name = name;
  }

  get hasSubscribers(): boolean {
    return this.#subscribers.length > 0;
  }

  subscribe(subscriber: Subscriber): void {
    this.#subscribers = [...this.#subscribers, subscriber];
  }

  unsubscribe(subscriber: Subscriber): boolean {
    const before = this.#subscribers;
    this.#subscribers = before.filter((one) => one !== subscriber);
    return this.#subscribers.length < before.length;
  }

  publish(message: unknown): void {
    for (const subscriber of this.#subscribers) subscriber(message, this.name);
  }

  runStores<T>(message: unknown, run: (...values: unknown[]) => T, self?: unknown, ...values: unknown[]): T {
    this.publish(message);
    return Reflect.apply(run, self, values);
  }
}

const channels = new Map<string | symbol, Channel>();

function channel(name: string | symbol): Channel {
  const found = channels.get(name) ?? new Channel(name);
  channels.set(name, found);
  return found;
}

const EVENTS = ["start", "end", "asyncStart", "asyncEnd", "error"] as const;

class TracingChannel {
  constructor(name: string) {
    for (const event of EVENTS) Object.assign(this, { [event]: channel(`tracing:${name}:${event}`) });
  }

  #channel(event: (typeof EVENTS)[number]): Channel {
    return (this as unknown as Record<string, Channel>)[event] as Channel;
  }

  get hasSubscribers(): boolean {
    return EVENTS.some((event) => this.#channel(event).hasSubscribers);
  }

  subscribe(handlers: Partial<Record<(typeof EVENTS)[number], Subscriber>>): void {
    for (const event of EVENTS) if (handlers[event]) this.#channel(event).subscribe(handlers[event]);
  }

  unsubscribe(handlers: Partial<Record<(typeof EVENTS)[number], Subscriber>>): boolean {
    return EVENTS.every((event) => !handlers[event] || this.#channel(event).unsubscribe(handlers[event]));
  }

  traceSync<T>(
    run: (...values: unknown[]) => T,
    context: Record<string, unknown> = {},
    self?: unknown,
    ...values: unknown[]
  ): T {
    this.#channel("start").publish(context);
    try {
      context.result = Reflect.apply(run, self, values);
      return context.result as T;
    } catch (error) {
      context.error = error;
      this.#channel("error").publish(context);
      throw error;
    } finally {
      this.#channel("end").publish(context);
    }
  }

  async tracePromise<T>(
    run: (...values: unknown[]) => Promise<T>,
    context: Record<string, unknown> = {},
    self?: unknown,
    ...values: unknown[]
  ): Promise<T> {
    try {
      return await this.traceSync(run, context, self, ...values);
    } catch (error) {
      context.error ??= error;
      this.#channel("error").publish(context);
      throw error;
    } finally {
      this.#channel("asyncStart").publish(context);
      this.#channel("asyncEnd").publish(context);
    }
  }
}

export default {
  Channel,
  channel,
  hasSubscribers: (name: string | symbol) => channels.get(name)?.hasSubscribers ?? false,
  subscribe: (name: string | symbol, subscriber: Subscriber) => channel(name).subscribe(subscriber),
  unsubscribe: (name: string | symbol, subscriber: Subscriber) => channel(name).unsubscribe(subscriber),
  tracingChannel: (name: string) => new TracingChannel(name),
};
