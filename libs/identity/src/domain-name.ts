const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const PORT = /^[1-9]\d{0,4}$/
const ASCII = /^[!-~]*$/
// Letters, digits and marks of any script: nothing that would mean something else to a URL parser.
const INTERNATIONAL = /^[\p{L}\p{N}\p{M}.-]+$/u

const toAscii = (text: string): string => {
  if (ASCII.test(text)) return text.toLowerCase()
  if (!INTERNATIONAL.test(text) || !URL.canParse(`https://${text}`)) return ''
  return new URL(`https://${text}`).hostname
}

/**
 * The one spelling of a public domain name: lower case, letters of other scripts as punycode, no dot at its end, at
 * least two labels of which the last is not a number. Undefined for anything else.
 */
export const normalDomain = (text: string): string | undefined => {
  if (text.length > 254) return undefined
  const domain = toAscii(text.endsWith('.') ? text.slice(0, -1) : text)
  const labels = domain.split('.')
  const isDomain = labels.length > 1 && domain.length <= 253 && labels.every((label) => LABEL.test(label))
  return isDomain && !/^\d+$/.test(labels.at(-1) ?? '') ? domain : undefined
}

/** The one spelling of a domain name with a port where it is not 443, or undefined. */
export const normalHost = (text: string): string | undefined => {
  const colon = text.lastIndexOf(':')
  const domain = normalDomain(colon < 0 ? text : text.slice(0, colon))
  if (domain === undefined || colon < 0) return domain
  const port = text.slice(colon + 1)
  if (!PORT.test(port) || Number(port) > 65_535) return undefined
  return port === '443' ? domain : `${domain}:${port}`
}
