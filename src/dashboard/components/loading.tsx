/** Says that something is on its way. It appears only after a moment, so that fast responses do not flicker. */
export function Loading({ what = "Loading" }: { what?: string }) {
  return (
    <p class="loading" role="status">
      {what} …
    </p>
  );
}
