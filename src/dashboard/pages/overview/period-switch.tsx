import { PERIODS, usePeriod } from "./period.ts";

/** Chooses how much of the past is shown. */
export function PeriodSwitch() {
  const [period, setPeriod] = usePeriod();
  return (
    // biome-ignore lint/a11y/useSemanticElements: these are buttons, no fields of a form
    <div class="switch" role="group" aria-label="Period">
      {PERIODS.map(({ value, name }) => (
        <button key={value} type="button" aria-pressed={value === period} onClick={() => setPeriod(value)}>
          {name}
        </button>
      ))}
    </div>
  );
}
