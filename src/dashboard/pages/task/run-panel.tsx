import { useRef, useState } from "preact/hooks";
import type { TaskDetail } from "../../../../dist/generated/api-types.ts";
import { type Problem, problemOf } from "../../api/problem.ts";
import { useApp } from "../../app-context.ts";
import { ErrorBox } from "../../components/error-box.tsx";
import { ErrorSummary } from "../../form/error-summary.tsx";
import { InputForm } from "../../form/input-form.tsx";
import { RecentInputs } from "../../form/recent-inputs.tsx";
import { initialInput } from "../../form/schema/initial-input.ts";
import type { FieldValue, Json } from "../../form/schema/json.ts";
import { useInputCheck } from "../../form/use-input-check.ts";
import { type ChosenOptions, RunOptions } from "./run-options.tsx";

/** A form that creates a job of the task and leads to its page. */
export function RunPanel({ task }: { task: TaskDetail }) {
  const { api, router } = useApp();
  const { uuid, enabled } = task;
  const schema = task.inputSchema as Json | null;
  const [value, setValue] = useState<FieldValue>(() => initialInput(schema));
  const [options, setOptions] = useState<ChosenOptions>({});
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const form = useRef<HTMLFormElement>(null);
  const check = useInputCheck({ task: uuid, schema, value });

  async function run(): Promise<void> {
    setBusy(true);
    setProblem(undefined);
    try {
      if (await check.confirm()) {
        const job = await api.call("POST /api/v1/jobs", { body: { task: uuid, input: value ?? {}, ...options } });
        router.navigate(`/jobs/${job.id}`);
      } else {
        focusFirstError(form.current);
      }
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  }

  return (
    <section class="panel" aria-labelledby="run">
      <div class="panel-head">
        <h2 id="run">New job</h2>
        <RecentInputs task={uuid} onChoose={setValue} />
      </div>
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void run();
        }}
      >
        <InputForm
          schema={schema}
          value={value}
          onChange={setValue}
          errors={check.violations}
          isStrict={check.isStrict}
          onBroken={check.setBroken}
        />
        <RunOptions options={options} onChange={setOptions} />
        {check.isStrict && <ErrorSummary violations={check.violations} />}
        {problem !== undefined && <ErrorBox problem={problem} />}
        {!enabled && <p class="quiet">The task is disabled and accepts no jobs.</p>}
        <button type="submit" class="primary" disabled={isBusy || !enabled}>
          Run
        </button>
      </form>
    </section>
  );
}

/** Moves the focus to the first field that is wrong, once it is marked. */
function focusFirstError(form: HTMLElement | null): void {
  requestAnimationFrame(() => form?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}
