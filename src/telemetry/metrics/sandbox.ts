import type { Families } from "./families.ts";

/** What is read about the threads that run tasks. Memory is in bytes. */
export interface SandboxSource {
  sandbox(): {
    threads: number;
    maxThreads: number;
    busy: number;
    running: number;
    waiting: number;
    executions: number;
    accountBytes: number;
    accountLimitBytes: number;
    resets: { program: number; base: number };
    machineBytes: number;
    imageBytes: number;
  };
}

/** Adds the families of the sandbox. */
export function addSandboxFamilies({ gauge, counter, counters }: Families, { sandbox }: SandboxSource): void {
  gauge("ratchet_sandbox_threads", "Threads that run tasks. They start when they are needed.", () => sandbox().threads);
  gauge("ratchet_sandbox_max_threads", "The most threads that may run tasks.", () => sandbox().maxThreads);
  gauge("ratchet_sandbox_busy_threads", "Threads that compute for a task at this moment.", () => sandbox().busy);
  gauge("ratchet_sandbox_accounts", "Executions on threads, those that wait included.", () => sandbox().running);
  gauge("ratchet_sandbox_waiting", "Executions that wait for a thread or for memory.", () => sandbox().waiting);
  counter("ratchet_sandbox_executions_total", "Executions that have ended.", () => sandbox().executions);
  counters({
    name: "ratchet_sandbox_resets_total",
    help: "Resets of machines, to the image of the program or to that of a machine without a program.",
    labels: ["image"],
    read: () => Object.entries(sandbox().resets).map(([image, value]) => ({ labels: { image }, value })),
  });
  gauge("ratchet_sandbox_account_bytes", "Memory that all executions hold.", () => sandbox().accountBytes);
  gauge("ratchet_sandbox_account_limit_bytes", "The most memory that all executions may hold.", () => {
    return sandbox().accountLimitBytes;
  });
  gauge("ratchet_sandbox_idle_machine_bytes", "Memory of machines that wait for the next execution.", () => {
    return sandbox().machineBytes;
  });
  gauge("ratchet_sandbox_program_image_bytes", "Memory of programs that are ready to start.", () => {
    return sandbox().imageBytes;
  });
}
