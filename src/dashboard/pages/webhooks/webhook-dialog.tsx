import { useState } from "preact/hooks";
import type { Webhook } from "../../../../dist/generated/api-types.ts";
import { useApp } from "../../app-context.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { TextField } from "../../components/text-field.tsx";
import { TaskField } from "../../schedule/task-field.tsx";
import { VerificationFields } from "./verification-fields.tsx";
import { draftOf, isTemplate, requestOf, type WebhookDraft } from "./webhook-draft.ts";

/** What {@link WebhookDialog} takes. */
export interface WebhookDialogProps {
  /** The webhook that is changed; undefined for a new one. */
  webhook: Webhook | undefined;
  onSaved: () => void;
  onClose: () => void;
}

const RESPONSES = [
  { value: "job", name: "The job, at once" },
  { value: "output", name: "The output, once there is one" },
];

/** A form that creates or changes a webhook. */
export function WebhookDialog({ webhook, onSaved, onClose }: WebhookDialogProps) {
  const { api, toasts } = useApp();
  const [draft, setDraft] = useState(() => draftOf(webhook));
  const change = (part: Partial<WebhookDraft>) => setDraft((before) => ({ ...before, ...part }));
  const isValid = isTemplate(draft.input);

  async function save(): Promise<void> {
    const body = requestOf(draft);
    if (webhook === undefined) await api.call("POST /api/v1/webhooks", { body });
    else await api.call("PATCH /api/v1/webhooks/:name", { params: { name: webhook.name }, body });
    toasts.show(`Webhook ${body.name} was ${webhook === undefined ? "created" : "saved"}.`);
    onSaved();
  }

  return (
    <ConfirmDialog
      title={webhook === undefined ? "New webhook" : `Edit ${webhook.name}`}
      isOpen
      isWide
      isReady={isValid}
      action={webhook === undefined ? "Create" : "Save"}
      onConfirm={save}
      onClose={onClose}
    >
      {(errorAt) => (
        <>
          <TextField
            label="Name"
            description="Deliveries go to /hooks/ and this name."
            value={draft.name}
            error={errorAt("/name")}
            isRequired
            onInput={(name) => change({ name })}
          />
          <TaskField value={draft.task} error={errorAt("/task")} onInput={(task) => change({ task })} />
          <VerificationFields draft={draft} errorAt={errorAt} onChange={change} />
          <TextField
            label="Input"
            description='JSON in which a text such as "/body/data/id" or "/headers/x-event" stands for that part of the delivery. Left empty: the body of the delivery.'
            isLong
            value={draft.input}
            error={isValid ? errorAt("/input") : "This is not JSON."}
            onInput={(input) => change({ input })}
          />
          <SelectField
            label="The sender gets"
            value={draft.respond}
            options={RESPONSES}
            onChange={(value) => change({ respond: value === "output" ? "output" : "job" })}
          />
        </>
      )}
    </ConfirmDialog>
  );
}
