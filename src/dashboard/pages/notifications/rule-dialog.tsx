import { useState } from "preact/hooks";
import type { NotificationRule } from "../../../../dist/generated/api-types.ts";
import { useApp } from "../../app-context.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { TextField } from "../../components/text-field.tsx";
import { type ConditionName, draftOf, KINDS, NEW_TARGET, type RuleDraft, requestOf, type When } from "./rule-draft.ts";
import { TargetFields } from "./target-fields.tsx";

/** What {@link RuleDialog} takes. */
export interface RuleDialogProps {
  /** The rule that is changed; undefined for a new one. */
  rule: NotificationRule | undefined;
  onSaved: () => void;
  onClose: () => void;
}

const WHENS = Object.entries(KINDS).map(([value, { name }]) => ({ value, name }));

const CONDITIONS: Readonly<Record<ConditionName, { label: string; description: string; isRequired?: true }>> = {
  task: { label: "Task", description: "Pattern of labels, such as billing-*. Left empty: every task." },
  schedule: { label: "Schedule", description: "Pattern of names. Left empty: every schedule, and jobs without one." },
  source: { label: "Source", description: "Pattern of names. Left empty: every source." },
  times: { label: "Times", description: "How many jobs of a task fail in a row.", isRequired: true },
  longerThan: { label: "Longer than", description: "Such as 30s or 10m.", isRequired: true },
  olderThan: { label: "Older than", description: "Such as 30s or 10m.", isRequired: true },
};

/** A form that creates or changes a rule. */
export function RuleDialog({ rule, onSaved, onClose }: RuleDialogProps) {
  const { api, toasts } = useApp();
  const [draft, setDraft] = useState(() => draftOf(rule));
  const change = (part: Partial<RuleDraft>) => setDraft((before) => ({ ...before, ...part }));

  async function save(): Promise<void> {
    const body = requestOf(draft);
    if (rule === undefined) await api.call("POST /api/v1/notifications/rules", { body });
    else await api.call("PATCH /api/v1/notifications/rules/:id", { params: { id: rule.id }, body });
    toasts.show(`Rule ${body.name} was ${rule === undefined ? "created" : "saved"}.`);
    onSaved();
  }

  return (
    <ConfirmDialog
      title={rule === undefined ? "New rule" : `Edit ${rule.name}`}
      isOpen
      isWide
      action={rule === undefined ? "Create" : "Save"}
      onConfirm={save}
      onClose={onClose}
    >
      {(errorAt) => (
        <>
          <TextField
            label="Name"
            value={draft.name}
            error={errorAt("/name")}
            isRequired
            onInput={(name) => change({ name })}
          />
          <SelectField
            label="When"
            value={draft.when}
            options={WHENS}
            onChange={(value) => change({ when: value as When })}
          />
          {KINDS[draft.when].has.map((name) => (
            <TextField
              key={name}
              {...CONDITIONS[name]}
              value={draft[name]}
              error={errorAt(`/${name}`)}
              onInput={(value) => change({ [name]: value })}
            />
          ))}
          <TextField
            label="Throttle"
            description="After a message, what follows within this time is sent as one, such as 10m. May be empty."
            value={draft.throttle}
            error={errorAt("/throttle")}
            onInput={(throttle) => change({ throttle })}
          />
          <Targets draft={draft} errorAt={errorAt} onChange={(to) => change({ to })} />
        </>
      )}
    </ConfirmDialog>
  );
}

interface TargetsProps {
  draft: RuleDraft;
  errorAt: (pointer: string) => string | undefined;
  onChange: (to: RuleDraft["to"]) => void;
}

function Targets({ draft: { to }, errorAt, onChange }: TargetsProps) {
  return (
    <>
      {to.map((target, index) => (
        <TargetFields
          key={index}
          number={index + 1}
          target={target}
          errorAt={(member) => errorAt(`/to/${index}/${member}`)}
          onChange={(changed) => onChange(to.map((one, place) => (place === index ? changed : one)))}
          onRemove={to.length === 1 ? undefined : () => onChange(to.filter((_, place) => place !== index))}
        />
      ))}
      <button type="button" class="small" onClick={() => onChange([...to, NEW_TARGET])}>
        Add receiver
      </button>
    </>
  );
}
