/** The client library, which is loaded with the first metrics. */
export type Client = typeof import("prom-client");

/** Numbers by the value of a label. */
export type Counts = Readonly<Record<string, number>>;

/** One sample of a family: the values of its labels, and its number. */
export interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

/**
 * Adds families to a registry. Each is described in `/metrics` from the start, also while it has no samples. The numbers of
 * those with `read` are read when somebody asks for the metrics.
 */
export interface Families {
  readonly client: Client;
  readonly registers: InstanceType<Client["Registry"]>[];
  /** A number that only rises. */
  counter(name: string, help: string, read: () => number): void;
  gauge(name: string, help: string, read: () => number | undefined | Promise<number | undefined>): void;
  /** One number for each value of a label. */
  labelled(name: string, help: string, label: string, read: () => Counts | Promise<Counts>): void;
  /** Numbers that only rise, with labels. */
  counters(family: LabelledFamily): void;
  /** Numbers with labels. */
  gauges(family: LabelledFamily): void;
}

/** A family with labels. */
export interface LabelledFamily {
  name: string;
  help: string;
  labels: readonly string[];
  read: () => readonly Sample[] | Promise<readonly Sample[]>;
}

/** Upper bounds of the buckets of durations, seconds. */
export const DURATION_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Creates what adds families to a registry. */
export function createFamilies(client: Client, registry: InstanceType<Client["Registry"]>): Families {
  const registers = [registry];
  const { Counter, Gauge } = client;
  const gauges: Families["gauges"] = ({ name, help, labels, read }) => {
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers,
      async collect() {
        const samples = await read();
        this.reset();
        for (const { labels: values, value } of samples) this.set(values, value);
      },
    });
  };
  const counters: Families["counters"] = ({ name, help, labels, read }) => {
    new Counter({
      name,
      help,
      labelNames: [...labels],
      registers,
      async collect() {
        const samples = await read();
        this.reset();
        for (const { labels: values, value } of samples) this.inc(values, value);
      },
    });
  };
  return {
    client,
    registers,
    gauges,
    counters,
    counter: (name, help, read) => counters({ name, help, labels: [], read: () => [{ labels: {}, value: read() }] }),
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          const value = await read();
          if (value === undefined) this.remove();
          else this.set(value);
        },
      });
    },
    labelled: (name, help, label, read) =>
      gauges({
        name,
        help,
        labels: [label],
        read: async () => Object.entries(await read()).map(([key, value]) => ({ labels: { [label]: key }, value })),
      }),
  };
}
