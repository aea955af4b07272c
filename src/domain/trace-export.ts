/** Where traces are sent, and how. Plain data: a thread gets it. */
export interface TraceExportSettings {
  /** The full URL. */
  url: string;
  headers: Readonly<Record<string, string>>;
  protocol: "http/protobuf" | "http/json";
  serviceName: string;
  serviceVersion: string;
  /** How long spans wait for others to be sent with, ms. */
  delayMs: number;
  /** Time limit of one request, ms. */
  timeoutMs: number;
}
