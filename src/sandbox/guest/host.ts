/** A value that can cross between guest and host. */
export type HostValue = string | number | undefined | Uint8Array;

type HostFunction = (operation: number, ...values: HostValue[]) => HostValue;

const scope = globalThis as unknown as { __ratchetHost?: HostFunction };

/** The one way out of the sandbox: taken from the global object before any task code runs, then removed from it. */
export const host: HostFunction = scope.__ratchetHost ?? unreachableHost;
delete scope.__ratchetHost;

function unreachableHost(): never {
  throw new Error("the guest API was loaded without a host");
}
