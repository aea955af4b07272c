/**
 * Waits for a promise to reject. Unlike `expect(promise).rejects`, it lets messages of other threads arrive meanwhile.
 * @returns the error
 * @throws {Error} if it resolves
 */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`did not fail: ${Bun.inspect(value)}`);
}
