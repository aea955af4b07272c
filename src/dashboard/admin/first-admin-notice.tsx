/** Says what the first user means on a server that everyone may use. */
export function FirstAdminNotice() {
  return (
    <p class="notice">
      Everyone on this machine may use this server now. From the first user on, everyone has to log in, so the first one
      is an admin. You are logged in as this admin at once, and can create other users and keys then.
    </p>
  );
}
