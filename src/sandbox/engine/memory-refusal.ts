/** Why an execution gets no more memory: its own limits, or the budget of all executions together. */
export type MemoryRefusal = "limit" | "budget";
