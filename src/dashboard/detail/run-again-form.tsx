import { useState } from "preact/hooks";
import type { TaskDetail } from "../../../dist/generated/api-types.ts";
import { type Problem, problemOf } from "../api/problem.ts";
import { useApp } from "../app-context.ts";
import { ErrorBox } from "../components/error-box.tsx";
import { ErrorSummary } from "../form/error-summary.tsx";
import { InputForm } from "../form/input-form.tsx";
import { RecentInputs } from "../form/recent-inputs.tsx";
import type { FieldValue, Json } from "../form/schema/json.ts";
import { useInputCheck } from "../form/use-input-check.ts";
import type { JobSettings } from "./run-again.ts";

/** What {@link RunAgainForm} takes. */
export interface RunAgainFormProps {
  task: TaskDetail;
  /** The input to begin with. */
  input: unknown;
  settings: JobSettings;
  onClose: () => void;
}

/** The form that runs a task again, made from its input schema. */
export function RunAgainForm({ task, input, settings, onClose }: RunAgainFormProps) {
  const { api, router, toasts } = useApp();
  const schema = task.inputSchema as Json | null;
  const [value, setValue] = useState<FieldValue>(input as FieldValue);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const check = useInputCheck({ task: task.uuid, schema, value });

  async function run(): Promise<void> {
    setBusy(true);
    setProblem(undefined);
    try {
      if (await check.confirm()) {
        const { id } = await api.call("POST /api/v1/jobs", {
          body: { ...settings, task: task.uuid, input: value ?? {} },
        });
        onClose();
        toasts.show(`Job ${id} was created.`);
        router.navigate(`/jobs/${id}`);
      }
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  }

  return (
    <form
      class="run-again"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void run();
      }}
    >
      <RecentInputs task={task.uuid} onChoose={setValue} />
      <InputForm
        schema={schema}
        value={value}
        onChange={setValue}
        errors={check.violations}
        isStrict={check.isStrict}
        onBroken={check.setBroken}
      />
      {check.isStrict && <ErrorSummary violations={check.violations} />}
      {problem !== undefined && <ErrorBox problem={problem} />}
      {!task.enabled && <p class="quiet">The task is disabled and accepts no jobs.</p>}
      <div class="dialog-buttons">
        <button type="button" onClick={onClose}>
          Back
        </button>
        <button type="submit" class="primary" disabled={isBusy || !task.enabled}>
          Run
        </button>
      </div>
    </form>
  );
}
