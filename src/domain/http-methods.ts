/**
 * The methods of the IANA registry that Bun's client sends as written. It sends any other method as GET (Bun 1.4.5), so
 * others are rejected, as are CONNECT and TRACE (Fetch standard, section 2.2.1).
 */
export const HTTP_METHODS: ReadonlySet<string> = new Set(
  (
    "GET HEAD POST PUT PATCH DELETE OPTIONS QUERY ACL BIND CHECKOUT COPY LINK LOCK M-SEARCH MERGE MKACTIVITY " +
    "MKCALENDAR MKCOL MOVE NOTIFY PROPFIND PROPPATCH PURGE REBIND REPORT SEARCH SOURCE SUBSCRIBE UNBIND UNLINK " +
    "UNLOCK UNSUBSCRIBE"
  ).split(" "),
);
