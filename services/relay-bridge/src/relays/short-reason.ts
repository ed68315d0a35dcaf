/** Texts of strangers as they may appear in logs and answers. */
export const shortReason = (text: string): string => text.slice(0, 200).replace(/[^\x20-\x7e]/g, '?')
