import { type ClaimEncoding, claimEncodingOf, parseIdentifier } from '@kez-chat/identity'

/** Where to put the claim, as an instruction. */
const places = new Map<string, (value: string) => string>([
  ['github', (user) => `publish it as a public gist of ${user} with the file name kez.md`],
  ['dns', (domain) => `publish it as a TXT record at _kez.${domain}`],
  ['web', (host) => `publish it at https://${host}/.well-known/kez.json`],
  ['nostr', () => 'publish it in a note, or in the "about" of the profile'],
  ['bluesky', (handle) => `publish it in a post of ${handle}`],
  ['ap', (account) => `publish it in the profile of ${account}`],
])

/** Where the claim of a subject goes, and in what encoding it fits there. */
export const placeOf = (subject: string): { encoding: ClaimEncoding; where: string } => {
  const { system, value } = parseIdentifier(subject)
  const where = places.get(system)?.(value) ?? `publish it where only the owner of ${subject} can`
  return { encoding: claimEncodingOf(subject), where }
}
