/** What {@link FormButtons} takes. */
export interface FormButtonsProps {
  /** What the button that sends the form says. */
  action: string;
  isBusy: boolean;
  onCancel: () => void;
}

/** The buttons at the end of a form. */
export function FormButtons({ action, isBusy, onCancel }: FormButtonsProps) {
  return (
    <div class="form-buttons">
      <button type="submit" class="primary" disabled={isBusy}>
        {action}
      </button>
      <button type="button" onClick={onCancel}>
        Back
      </button>
    </div>
  );
}
