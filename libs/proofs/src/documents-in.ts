const MAX_DOCUMENTS = 16

const FENCE = '```kez'

const fenced = (text: string): string[] => {
  const documents: string[] = []
  for (let start = text.indexOf(FENCE); start >= 0; start = text.indexOf(FENCE, start + 1)) {
    const end = text.indexOf('```', start + FENCE.length)
    if (end < 0) break
    documents.push(text.slice(start + FENCE.length, end).trim())
    start = end
  }
  return documents
}

/**
 * The proofs a text seems to hold, each in one of the encodings: the text itself when it is JSON, `kez` fences, and
 * compact claims anywhere between words. At most 16.
 */
export const documentsIn = (text: string): string[] => {
  const trimmed = text.trim()
  if (trimmed.startsWith('{')) return [trimmed]
  const fences = fenced(text)
  const compact = text.match(/kez:z1:[A-Za-z0-9_-]+/g) ?? []
  return [...new Set([...fences, ...compact])].slice(0, MAX_DOCUMENTS)
}
