import { parseIdentifier } from '@kez-chat/identity'

export type Encoding = 'json' | 'compact' | 'markdown' | 'dns'

type Place = {
  readonly encoding: Encoding
  /** Where to put the claim, as an instruction. */
  readonly where: (value: string) => string
}

const places: ReadonlyMap<string, Place> = new Map<string, Place>([
  [
    'github',
    { encoding: 'markdown', where: (user) => `publish it as a public gist of ${user} with the file name kez.md` },
  ],
  ['dns', { encoding: 'dns', where: (domain) => `publish it as a TXT record at _kez.${domain}` }],
  ['web', { encoding: 'json', where: (host) => `publish it at https://${host}/.well-known/kez.json` }],
  ['nostr', { encoding: 'compact', where: () => 'publish it in a note, or in the "about" of the profile' }],
  ['bluesky', { encoding: 'compact', where: (handle) => `publish it in a post of ${handle}` }],
  ['ap', { encoding: 'compact', where: (account) => `publish it in the profile of ${account}` }],
])

/** Where the claim of a subject goes, and in what encoding it fits there. */
export const placeOf = (subject: string): { encoding: Encoding; where: string } => {
  const { system, value } = parseIdentifier(subject)
  const place = places.get(system)
  return place === undefined
    ? { encoding: 'json', where: `publish it where only the owner of ${subject} can` }
    : { encoding: place.encoding, where: place.where(value) }
}
