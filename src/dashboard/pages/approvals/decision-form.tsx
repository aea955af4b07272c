import { useMemo, useState } from "preact/hooks";
import type { Approval } from "../../../../dist/generated/api-types.ts";
import { type Problem, problemOf, type Violation } from "../../api/problem.ts";
import { useApp } from "../../app-context.ts";
import { ErrorBox } from "../../components/error-box.tsx";
import { TextField } from "../../components/text-field.tsx";
import { atItsField } from "../../form/errors-by-pointer.ts";
import { InputForm } from "../../form/input-form.tsx";
import { checkValue } from "../../form/schema/check-value.ts";
import { initialInput } from "../../form/schema/initial-input.ts";
import type { FieldValue, Json } from "../../form/schema/json.ts";
import { createScope } from "../../form/schema/schema-scope.ts";

type Decision = "approve" | "reject";

/** The answer to an approval: the form that its schema describes, a comment, and a button for each decision. */
export function DecisionForm({ approval, onDecided }: { approval: Approval; onDecided: () => void }) {
  const { api, toasts } = useApp();
  const { id, title } = approval;
  const schema = approval.schema as Json | null;
  const [value, setValue] = useState<FieldValue>(() => initialInput(schema));
  const [comment, setComment] = useState("");
  const [sent, setSent] = useState<{ value: FieldValue; problem: Problem } | undefined>(undefined);
  const [isStrict, setStrict] = useState(false);
  const [isBroken, setBroken] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const quick = useMemo(
    () => (schema === null ? [] : checkValue(createScope(schema), schema, value ?? {})),
    [schema, value],
  );
  // What the server says holds as long as the value is the one that it has seen.
  const refused = sent?.value === value ? sent?.problem : undefined;
  const violations = refused === undefined || refused.violations.length === 0 ? quick : withinInput(refused);

  async function decide(decision: Decision): Promise<void> {
    setStrict(true);
    if (isBroken) return;
    setBusy(true);
    setSent(undefined);
    try {
      const said = comment.trim() === "" ? {} : { comment: comment.trim() };
      const input = schema === null ? {} : { input: value ?? {} };
      await api.call("POST /api/v1/approvals/:id", { params: { id }, body: { decision, ...input, ...said } });
      toasts.show(`${title} was ${decision === "approve" ? "approved" : "rejected"}.`);
      onDecided();
    } catch (error) {
      setSent({ value, problem: problemOf(error) });
    }
    setBusy(false);
  }

  return (
    <form
      class="decision"
      noValidate
      // The enter key decides nothing: which of the buttons it would press is not to be seen.
      onSubmit={(event) => event.preventDefault()}
    >
      {schema !== null && (
        <InputForm
          schema={schema}
          value={value}
          onChange={setValue}
          errors={violations}
          isStrict={isStrict}
          onBroken={setBroken}
          name={`input-${id}`}
        />
      )}
      <TextField label="Comment" value={comment} onInput={setComment} isLong />
      {refused !== undefined && <ErrorBox problem={refused} />}
      <DecisionButtons isBusy={isBusy} onDecide={(decision) => void decide(decision)} />
    </form>
  );
}

function DecisionButtons({ isBusy, onDecide }: { isBusy: boolean; onDecide: (decision: Decision) => void }) {
  return (
    <div class="form-buttons">
      <button type="button" class="primary" disabled={isBusy} onClick={() => onDecide("approve")}>
        Approve
      </button>
      <button type="button" class="dangerous" disabled={isBusy} onClick={() => onDecide("reject")}>
        Reject
      </button>
    </div>
  );
}

/** Returns what the server found wrong in the input, with pointers within it. */
function withinInput({ violations }: Problem): readonly Violation[] {
  return violations
    .filter(({ pointer }) => pointer === "/input" || pointer.startsWith("/input/"))
    .map(({ pointer, message }) => atItsField({ pointer: pointer.slice("/input".length), message }));
}
