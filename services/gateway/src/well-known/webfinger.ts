import { DomainError, type Profile, type WebFinger } from '@kez-chat/contracts'

/** `acct:user@server`; other kinds of resources are nobody here. @throws {DomainError} `malformed` when it is no URI */
export const accountIn = (resource: string): { handle: string; server: string } | undefined => {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(resource))
    throw new DomainError('malformed', 'resource: must be a URI like acct:user@server')
  const match = /^acct:([^@]+)@([^@]+)$/i.exec(resource)
  return match?.[1] && match[2] ? { handle: match[1].toLowerCase(), server: match[2].toLowerCase() } : undefined
}

/** The JRD of a person; `rels` leaves only links of these relations (RFC 7033 §4.3). */
export const describe = (person: Profile, publicUrl: string, rels: readonly string[] | undefined): WebFinger => {
  const self = `${publicUrl}/v1/u/${person.handle}`
  const links = [
    { rel: 'self', type: 'application/json', href: self },
    { rel: 'http://webfinger.net/rel/profile-page', type: 'text/html', href: `${publicUrl}/` },
    { rel: 'urn:kez-chat:sigchain', type: 'application/json', href: person.sigchain_url },
    ...person.proofs.map(({ subject, status, checked_at: at }) => ({
      rel: 'urn:kez-chat:proof',
      href: subject,
      properties: { 'urn:kez-chat:status': status, 'urn:kez-chat:checked-at': at ?? null },
    })),
  ]
  return {
    subject: `acct:${person.fqhn}`,
    aliases: [self, ...person.proofs.flatMap(({ subject, status }) => (status === 'verified' ? [subject] : []))],
    properties: {
      'urn:kez-chat:primary': person.primary,
      ...(person.status === 'active' ? {} : { 'urn:kez-chat:status': person.status }),
    },
    links: rels ? links.filter(({ rel }) => rels.includes(rel)) : links,
  }
}
