import { afterAll, beforeAll, describe, test } from "bun:test";
import { ENGINE_NAMES } from "../../src/domain/engines.ts";
import type { Executor } from "../../src/sandbox/executor.ts";
import { durableScenarios } from "./durable/suite.ts";
import { check, type ProgramGroup } from "./program.ts";
import { abortedFetches } from "./programs/aborted-fetches.ts";
import { bodies } from "./programs/bodies.ts";
import { cloning } from "./programs/cloning.ts";
import { consoleOutput } from "./programs/console.ts";
import { context } from "./programs/context.ts";
import { cryptography } from "./programs/crypto.ts";
import { cryptoArguments } from "./programs/crypto-arguments.ts";
import { dataUrls } from "./programs/data-urls.ts";
import { errors } from "./programs/errors.ts";
import { eventSource } from "./programs/event-source.ts";
import { fetching } from "./programs/fetch.ts";
import { fetchFailures } from "./programs/fetch-failures.ts";
import { forms } from "./programs/forms.ts";
import { interfaces } from "./programs/interfaces.ts";
import { intl } from "./programs/intl.ts";
import { limits } from "./programs/limits.ts";
import { loading } from "./programs/loading.ts";
import { outputs } from "./programs/outputs.ts";
import { platform } from "./programs/platform.ts";
import { settling } from "./programs/settling.ts";
import { streamedBodies } from "./programs/streamed-bodies.ts";
import { streams } from "./programs/streams.ts";
import { timers } from "./programs/timers.ts";
import { uploads } from "./programs/uploads.ts";
import { web } from "./programs/web.ts";
import { webSockets } from "./programs/websocket.ts";
import { cancellationScenarios } from "./scenarios/cancellation.ts";
import { jsonScenarios } from "./scenarios/json.ts";
import { pristineScenarios } from "./scenarios/pristine.ts";
import { recordingScenarios } from "./scenarios/recording.ts";
import { usageScenarios } from "./scenarios/usage.ts";
import { webSocketScenarios } from "./scenarios/websocket.ts";

/** Every program of the suite. */
export const GROUPS: readonly ProgramGroup[] = [
  forms,
  outputs,
  errors,
  settling,
  context,
  loading,
  fetching,
  fetchFailures,
  abortedFetches,
  dataUrls,
  consoleOutput,
  timers,
  cryptography,
  cryptoArguments,
  web,
  webSockets,
  intl,
  streams,
  bodies,
  streamedBodies,
  uploads,
  eventSource,
  platform,
  interfaces,
  cloning,
  limits,
];

/** What every executor has to do with every engine. */
export function conformance(name: string, makeExecutor: () => Executor): void {
  for (const engine of ENGINE_NAMES) {
    describe(`conformance of ${engine} on the ${name} executor`, () =>
      checkAll(() => onEngine(engine, makeExecutor())));
  }
}

/** An executor that runs everything on one engine. */
function onEngine(engine: string, executor: Executor): Executor {
  return { execute: (request) => executor.execute({ ...request, engine }), stop: () => executor.stop() };
}

function checkAll(makeExecutor: () => Executor): void {
  let executor: Executor;
  beforeAll(() => {
    executor = makeExecutor();
  });
  afterAll(() => executor.stop());

  for (const { title, programs } of GROUPS) {
    describe(title, () => {
      for (const program of programs) {
        test(program.name, async () => {
          await check(executor, program);
          await check(executor, program); // now from the image that the first one left
        });
      }
    });
  }
  pristineScenarios(() => executor);
  jsonScenarios(() => executor);
  cancellationScenarios(() => executor);
  recordingScenarios(() => executor);
  usageScenarios(() => executor);
  webSocketScenarios(() => executor);
  durableScenarios(() => executor);
}
