import semver from "semver";

export default function () {
  return {
    sorted: semver.rsort(["1.2.3", "1.10.0", "1.2.3-rc.1"]),
    ok: semver.satisfies("1.9.0", "^1.2.0 || >=3"),
    next: semver.inc("1.2.3", "prerelease", "beta"),
    best: semver.maxSatisfying(["1.1.0", "1.4.2", "2.0.0"], "~1"),
    coerced: semver.coerce("v3.4 final")?.version,
    min: semver.minVersion(">=2.1 <4")?.version,
  };
}
