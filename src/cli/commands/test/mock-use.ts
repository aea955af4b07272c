import type { Problem } from "../../../domain/problem.ts";
import type { HttpMock } from "../../../domain/task.ts";
import type { MockHttp } from "../../../http/mock-http.ts";
import { describeMock } from "../../../http/mock-matching.ts";

/** Follows which mocks of shared fixture files the tests use. */
export interface FixtureUse {
  note(mocks: readonly HttpMock[], http: MockHttp): void;
  /** Warns of the mocks that no test used. */
  problems(): Problem[];
}

/** Describes the mocks of a test that no call used, and those with responses that no call got. */
export function unusedMocks(mocks: readonly HttpMock[], http: MockHttp): string[] {
  return mocks.flatMap((mock) => {
    // A fixture file is shared, so another test may use the mock.
    if (mock.fixture !== undefined) return [];
    const used = http.used(mock);
    if (used === 0) return [describeMock(mock)];
    const count = mock.responses?.length ?? 1;
    return used < count ? [`${describeMock(mock)} (${used} of ${count} responses were used)`] : [];
  });
}

/** Creates the record for one run of all tests. */
export function createFixtureUse(): FixtureUse {
  const found = new Map<string, { mock: HttpMock; used: boolean }>();
  return {
    note: (mocks, http) => {
      for (const [index, mock] of mocks.filter(({ fixture }) => fixture !== undefined).entries()) {
        const key = `${mock.fixture}\n${index}\n${describeMock(mock)}`;
        const used = found.get(key)?.used === true || http.used(mock) > 0;
        found.set(key, { mock, used });
      }
    },
    problems: () =>
      [...found.values()]
        .filter(({ used }) => !used)
        .map(({ mock }) => ({
          severity: "warning",
          file: mock.fixture ?? "",
          message: `No test used the mock ${describeMock(mock)}.`,
          remedy: "Remove it, or check its URL.",
        })),
  };
}
