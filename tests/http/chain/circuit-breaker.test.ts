import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type CallOutcome, CircuitBreaker, type Passage } from "../../../src/http/chain/circuit-breaker.ts";

const SETTINGS = { enabled: true, failureRate: 50, minCalls: 10, windowMs: 10_000, openMs: 10_000 };

function breakerAt(start = 0) {
  const time = { now: start };
  const breaker = new CircuitBreaker(SETTINGS, () => time.now);
  const end = (outcome: CallOutcome, times = 1) => {
    for (let i = 0; i < times; i++) breaker.leave(breaker.enter() as Passage, outcome);
  };
  return { time, breaker, end };
}

describe("a circuit", () => {
  test("opens at 10 calls of which half failed, and not before", () => {
    const { breaker, end } = breakerAt();
    end("failure", 5);
    end("success", 4);
    expect(breaker.state).toBe("closed");
    end("failure");
    expect(breaker.state).toBe("open");
    expect(breaker.enter()).toBeUndefined();
    expect([breaker.calls, breaker.failures]).toEqual([10, 6]);
  });

  test("stays closed while fewer than half fail, and does not count neutral calls", () => {
    const { breaker, end } = breakerAt();
    end("success", 11);
    end("failure", 10);
    end("neutral", 50);
    expect([breaker.state, breaker.calls, breaker.failures]).toEqual(["closed", 21, 10]);
  });

  test("forgets calls after 10 seconds", () => {
    const { breaker, end, time } = breakerAt();
    end("failure", 9);
    time.now = 10_000;
    end("failure", 9);
    expect([breaker.state, breaker.calls]).toEqual(["closed", 9]);
  });

  test("lets one probe through after 10 seconds; its end decides", () => {
    const { breaker, end, time } = breakerAt();
    end("failure", 10);
    time.now = 9_999;
    expect([breaker.state, breaker.enter()]).toEqual(["open", undefined]);
    time.now = 10_000;
    expect(breaker.state).toBe("half-open");
    const probe = breaker.enter() as Passage;
    expect(probe.probe).toBe(true);
    expect(breaker.enter()).toBeUndefined();
    breaker.leave(probe, "failure");
    expect([breaker.state, breaker.opensUntil]).toEqual(["open", 20_000]);
    time.now = 20_000;
    breaker.leave(breaker.enter() as Passage, "success");
    expect([breaker.state, breaker.calls]).toEqual(["closed", 0]);
  });

  test("a probe that says nothing makes room for the next one", () => {
    const { breaker, end, time } = breakerAt();
    end("failure", 10);
    time.now = 10_000;
    breaker.leave(breaker.enter() as Passage, "neutral");
    expect(breaker.state).toBe("half-open");
    expect(breaker.enter()?.probe).toBe(true);
  });

  test("ignores calls that began before it opened", () => {
    const { breaker, end, time } = breakerAt();
    const late = [breaker.enter(), breaker.enter()] as Passage[];
    end("failure", 10);
    time.now = 10_000;
    for (const passage of late) breaker.leave(passage, "success");
    expect(breaker.state).toBe("half-open");
  });

  test("counts a response that broke off as failed, not as one more call", () => {
    const { breaker, end } = breakerAt();
    const passages = Array.from({ length: 10 }, () => breaker.enter() as Passage);
    for (const passage of passages) breaker.leave(passage, "success");
    for (const passage of passages.slice(0, 5)) breaker.breakOff(passage);
    expect([breaker.state, breaker.calls, breaker.failures]).toEqual(["open", 10, 5]);
    end("neutral", 0);
  });
});

/** A straightforward breaker that keeps every call, with the same parts of a window. */
class Model {
  calls: { part: number; failed: boolean }[] = [];
  openUntil: number | undefined;

  state(now: number) {
    return this.openUntil === undefined ? "closed" : now < this.openUntil ? "open" : "half-open";
  }

  end(now: number, failed: boolean): void {
    const part = Math.floor(now / 1_000);
    if (this.openUntil !== undefined) {
      this.openUntil = failed ? now + 10_000 : undefined;
      this.calls = [];
      return;
    }
    this.calls.push({ part, failed });
    const current = this.calls.filter((call) => part - call.part < 10);
    const failures = current.filter((call) => call.failed).length;
    if (!failed || current.length < 10 || failures * 2 < current.length) return;
    this.openUntil = now + 10_000;
    this.calls = [];
  }
}

test("does what a model does that remembers every call", () => {
  const step = fc.record({ passMs: fc.nat(4_000), failed: fc.boolean() });
  fc.assert(
    fc.property(fc.nat(100_000), fc.array(step, { maxLength: 200 }), (start, steps) => {
      const { breaker, time } = breakerAt(start);
      const model = new Model();
      for (const { passMs, failed } of steps) {
        time.now += passMs;
        expect(breaker.state).toBe(model.state(time.now));
        const passage = breaker.enter();
        expect(passage === undefined).toBe(model.state(time.now) === "open");
        if (passage === undefined) continue;
        breaker.leave(passage, failed ? "failure" : "success");
        model.end(time.now, failed);
      }
    }),
  );
});
