const most = 6

// Two letters of a flag, or a picture with what varies it, or several joined to one.
const one = String.raw`(?:\p{RI}\p{RI}|\p{Emoji}(?:\p{EMod}|\uFE0F\u20E3?|[\u{E0020}-\u{E007E}]+\u{E007F})?(?:\u200D\p{Emoji}(?:\p{EMod}|\uFE0F\u20E3?)?)*)`
const whole = new RegExp(`^(?:${one}\\s*)+$`, 'u')
const each = new RegExp(one, 'gu')
// Digits, # and * are emoji to Unicode, and text to everybody else.
const plain = /^[\d#*\s]+$/
const picture = /\p{Emoji_Presentation}|\uFE0F|\p{RI}/u

/** How many emoji a text is that is nothing else and has few of them; 0 for any other. */
export const emojiAlone = (text: string): number => {
  const trimmed = text.trim()
  if (trimmed.length > most * 40 || plain.test(trimmed) || !picture.test(trimmed) || !whole.test(trimmed)) return 0
  const found = trimmed.match(each) ?? []
  const pictures = found.every((emoji) => picture.test(emoji))
  return pictures && found.length <= most ? found.length : 0
}
