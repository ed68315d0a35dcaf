import { toBase64url } from '@kez-chat/identity'
import { expectOk } from '../http/expect-ok.ts'
import type { LookupTxt } from './lookup-txt.ts'
import { readTxtAnswer, txtQuery } from './message.ts'

const MEDIA_TYPE = 'application/dns-message'
const DEFAULT_DOH_URL = 'https://cloudflare-dns.com/dns-query'

/** TXT records by DNS over HTTPS in its binary form (RFC 8484), which all public resolvers answer alike. */
export const lookupTxt: LookupTxt = async (name, { settings, http, signal }) => {
  const url = new URL(settings.dohUrl ?? DEFAULT_DOH_URL)
  url.searchParams.set('dns', toBase64url(txtQuery(name)))
  const answer = await http(url.href, { accept: MEDIA_TYPE, follow: true, signal })
  expectOk(answer, 'the DNS server is not at the address that is configured')
  return readTxtAnswer(answer.body)
}
