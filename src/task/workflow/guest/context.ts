/** What the runtime gives to every durable method besides the method's own options. */
export interface OperationOptions {
  /** The path of the step. */
  label: string;
  /** The number of the operation that this one compensates. */
  undoes?: number;
  /** Called at once with the number of the operation, and with a function that withdraws it. */
  numbered?(number: number, withdraw: () => void): void;
}

/** The durable methods of a task's context that workflows use. */
export interface DurableContext {
  call(task: string, input: unknown, options: OperationOptions & Record<string, unknown>): Promise<unknown>;
  map(items: unknown[], task: string, options: OperationOptions & Record<string, unknown>): Promise<unknown>;
  sleep(duration: unknown, options: OperationOptions): Promise<unknown>;
  sleepUntil(time: unknown, options: OperationOptions): Promise<unknown>;
  waitFor(name: string, options: OperationOptions & Record<string, unknown>): Promise<unknown>;
  approve(options: OperationOptions & Record<string, unknown>): Promise<unknown>;
}
