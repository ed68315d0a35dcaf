import type { DoctorCheck } from '@kez-chat/contracts'
import { ask, describe } from '../ask.ts'
import { fail, ok, skipped } from '../check.ts'
import { isLoopback } from './address.ts'

const id = 'http.plain'

/** Plain http leads to https, or is not there. */
export const lookAtPlainHttp = async (url: URL, named: string | undefined): Promise<DoctorCheck[]> => {
  if (url.protocol === 'http:') return [skipped(id, 'The address itself is http.')]
  if (named === undefined && (url.port !== '' || isLoopback(url.hostname)))
    return [skipped(id, 'Where plain http would be is not known; name its address with --plain.')]
  const plain = new URL(named ?? `http://${url.hostname}`)
  let answer: Awaited<ReturnType<typeof ask>>
  try {
    answer = await ask({ url: plain, ca: undefined }, '/')
  } catch {
    return [ok(id, `Nothing answers at ${plain.origin}, so nothing goes over the wire in the clear.`)]
  }
  const location = answer.headers.location ?? ''
  if (answer.status >= 300 && answer.status < 400 && location.startsWith('https://'))
    return [ok(id, `${plain.origin} leads to https.`)]
  return [
    fail(
      id,
      `${plain.origin} answers without TLS (${describe(answer)}): names, messages' sizes and signatures could be read on the way.`,
      'Have the proxy answer every plain request with a redirect to https, as deploy/nginx/kez-chat.conf does ("return 308 https://$host$request_uri;"); Caddy does it by itself. The gateway itself listens on 127.0.0.1 only.',
    ),
  ]
}
