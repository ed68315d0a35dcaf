/** Longest emoji, in UTF-16 units: a family of four with their skin tones has 19. */
const MOST_UNITS = 40

// A flag of two letters; a keycap; or a picture with what varies it, or several joined to one.
const PICTURE = String.raw`\p{Extended_Pictographic}(?:\p{EMod}|\uFE0F\u20E3?|[\u{E0020}-\u{E007E}]{1,8}\u{E007F})?`
const ONE = new RegExp(String.raw`^(?:\p{RI}\p{RI}|[0-9#*]\uFE0F?\u20E3|${PICTURE}(?:\u200D${PICTURE})*)$`, 'u')
// Without one of these it is drawn as text: ©, ↔.
const DRAWN = /\p{Emoji_Presentation}|\uFE0F|\u20E3|\p{RI}/u

/** Whether a text is one emoji, a single grapheme cluster, whatever version of Unicode has it. */
export const isEmoji = (text: string): boolean => text.length <= MOST_UNITS && ONE.test(text) && DRAWN.test(text)
