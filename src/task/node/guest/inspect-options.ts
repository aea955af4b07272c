/** Options of util.inspect that are supported; others are ignored. */
export interface InspectOptions {
  depth?: number | null;
  showHidden?: boolean;
  maxArrayLength?: number | null;
  maxStringLength?: number | null;
  breakLength?: number;
  compact?: number | boolean;
  sorted?: boolean | ((a: string, b: string) => number);
  [name: string]: unknown;
}

/** The options in force, and where the formatting is. */
export interface InspectState {
  depth: number;
  hidden: boolean;
  maxItems: number;
  maxText: number;
  width: number;
  compact: number;
  sorted: InspectOptions["sorted"];
  options: InspectOptions;
  /** Level of the object that was formatted last. */
  current: number;
  /** The objects around the current one. */
  seen: object[];
  circular: Map<object, number>;
}
