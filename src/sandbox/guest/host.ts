/** A value that can be passed between guest and host. */
export type HostValue = string | number | undefined | Uint8Array;

/** Asks the host for an operation of host-operations.ts. */
export type HostFunction = (operation: number, ...values: HostValue[]) => HostValue;

const scope = globalThis as unknown as { __ratchetHost?: HostFunction };

/** The only way out of the sandbox. It is removed from the global object before any code of the task runs. */
export const host: HostFunction = scope.__ratchetHost ?? unreachableHost;
delete scope.__ratchetHost;

function unreachableHost(): never {
  throw new Error("the guest API was loaded without a host");
}
