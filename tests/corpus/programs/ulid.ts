import { decodeTime, isValid, monotonicFactory, ulid } from "ulid";

export default function () {
  const next = monotonicFactory(() => 0.5);
  return {
    time: decodeTime(ulid(1_700_000_000_000)),
    list: [next(1), next(1), next(1)],
    valid: [isValid(ulid()), isValid("x")],
  };
}
