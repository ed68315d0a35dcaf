const mostChars = 1_000
const mostLines = 16
// Folding away less than this would only cost a touch.
const worth = 1.3

/** The beginning of a long text, up to the end of a word; undefined when the text is short enough to be shown whole. */
export const folded = (text: string): string | undefined => {
  const lines = text.split('\n', Math.ceil(mostLines * worth) + 1)
  if (text.length <= mostChars * worth && lines.length <= mostLines * worth) return undefined
  // Half of a pair would show as a broken character.
  const part = lines
    .slice(0, mostLines)
    .join('\n')
    .slice(0, mostChars)
    .replace(/[\uD800-\uDBFF]$/, '')
  const space = Math.max(part.lastIndexOf(' '), part.lastIndexOf('\n'))
  // Where there is hardly a space there are no words to keep whole.
  return (space > part.length / 2 ? part.slice(0, space) : part).trimEnd()
}
