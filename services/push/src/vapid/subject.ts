import { isIP } from 'node:net'

/** Names that reach nobody outside: special use (RFC 6761, 6762) and documentation (RFC 2606). */
const unreachable = /(^|\.)(localhost|localdomain|local|internal|test|invalid|example|onion|home\.arpa)$/

const isPublicName = (host: string): boolean =>
  isIP(host.replace(/^\[|\]$/g, '')) === 0 &&
  /^([a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{1,62}$/.test(host) &&
  !unreachable.test(host)

/** The domain by which the operator of `subject` is reached; undefined when it is no `mailto:` or `https:` URL. */
const domainOf = (subject: string): string | undefined => {
  const mail = /^mailto:[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@([^@\s<>]{1,253})$/.exec(subject)?.[1]
  if (mail !== undefined) return mail.toLowerCase()
  if (!subject.startsWith('https://') || /\s/.test(subject) || !URL.canParse(subject)) return undefined
  const { hostname, username, password } = new URL(subject)
  return username === '' && password === '' ? hostname : undefined
}

/**
 * Whether `subject` can be the contact of RFC 8292: a `mailto:` or `https:` URL under a public name. Apple answers 403
 * (`BadJwtToken`) to every push whose contact is not, e.g. of `localhost`, or with a space behind `mailto:`.
 */
export const isRealSubject = (subject: string): boolean => {
  const domain = domainOf(subject)
  return domain !== undefined && isPublicName(domain)
}

/** The contact where none is set: the server itself. */
export const defaultSubject = (server: string): string => `https://${server}`
