/** Codes of the characters in JSON's grammar (RFC 8259, section 2). */
export const TAB = 9;
export const LINE_FEED = 10;
export const RETURN = 13;
export const SPACE = 32;
export const QUOTE = 34;
export const COMMA = 44;
export const COLON = 58;
export const OPEN_LIST = 91;
export const BACKSLASH = 92;
export const CLOSE_LIST = 93;
export const LETTER_F = 102;
export const LETTER_N = 110;
export const LETTER_T = 116;
export const OPEN_OBJECT = 123;
export const CLOSE_OBJECT = 125;
