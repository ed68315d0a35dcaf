export type TextPart = { readonly text: string; readonly href?: string }

// No invisible characters inside: they could turn the rest of an address around.
const link = /https?:\/\/[^\s<>"'`\p{Cc}\p{Cf}]+/giu
const trailing = /[.,;:!?…)\]}'"”’»]+$/

const withBalancedEnd = (found: string): string => {
  const bare = found.replace(trailing, '')
  // A closing bracket belongs to the address when it was opened in it.
  return bare.includes('(') && found.charAt(bare.length) === ')' ? `${bare})` : bare
}

const safeHref = (text: string): string | undefined => {
  if (!URL.canParse(text)) return undefined
  const { protocol, username, password, href } = new URL(text)
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '' ? href : undefined
}

/** Splits a text into plain parts and web addresses. Only http and https become links, and never with a user in them. */
export const linkify = (text: string): TextPart[] => {
  const parts: TextPart[] = []
  let end = 0
  for (const match of text.matchAll(link)) {
    const shown = withBalancedEnd(match[0])
    const href = safeHref(shown)
    if (!href) continue
    if (match.index > end) parts.push({ text: text.slice(end, match.index) })
    parts.push({ text: shown, href })
    end = match.index + shown.length
  }
  if (end < text.length || parts.length === 0) parts.push({ text: text.slice(end) })
  return parts
}
