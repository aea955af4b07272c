import { useApp } from "../app-context.ts";
import type { ThemeChoice } from "./theme.ts";

const CHOICES: readonly { value: ThemeChoice; name: string }[] = [
  { value: "system", name: "System" },
  { value: "light", name: "Light" },
  { value: "dark", name: "Dark" },
];

/** The control that chooses between dark and light. */
export function ThemeSwitch() {
  const { theme } = useApp();
  return (
    <label class="theme-switch">
      <span>Theme</span>
      <select value={theme.choice.value} onChange={(event) => theme.choose(event.currentTarget.value as ThemeChoice)}>
        {CHOICES.map(({ value, name }) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
