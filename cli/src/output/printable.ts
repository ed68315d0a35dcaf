/** Text from elsewhere as it may reach a terminal: nothing in it can move the cursor, change colours or reverse lines. */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '\ufffd')
