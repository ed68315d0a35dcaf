import { type DoctorCheck, maxWebManifestBytes, WebManifest, webManifestPath } from '@kez-chat/contracts'
import { holesIn } from '../../web/page.ts'
import { type Answer, ask, describe, jsonOf, type Target } from '../ask.ts'
import { fail, ok, skipped, warn } from '../check.ts'
import { isLoopback } from './address.ts'

export const pageIds = ['web.app', 'headers.csp', 'headers.hsts'] as const

const monthSeconds = 30 * 86_400

const judgePolicy = ({ headers }: Answer): DoctorCheck => {
  const id = 'headers.csp'
  const holes = holesIn(headers['content-security-policy'])
  if (holes.length === 0) return ok(id, 'The page comes with its content security policy.')
  return fail(
    id,
    `The page is not protected as the gateway sends it: ${holes[0]}. A script that gets in could read keys.`,
    'Leave Content-Security-Policy to the gateway: take lines that hide, add or replace it out of the proxy.',
  )
}

const judgeHsts = ({ headers }: Answer, url: URL): DoctorCheck => {
  const id = 'headers.hsts'
  if (url.protocol === 'http:') return skipped(id, 'The address is http.')
  const header = headers['strict-transport-security'] ?? ''
  const seconds = Number(/max-age="?(\d+)/.exec(header)?.[1] ?? 0)
  if (seconds >= monthSeconds) return ok(id, 'Browsers are told to use https alone (Strict-Transport-Security).')
  return warn(
    id,
    header === ''
      ? 'Browsers are not told to use https alone (no Strict-Transport-Security).'
      : `Browsers are told to use https alone for less than a month (${seconds} s).`,
    'nginx: add_header Strict-Transport-Security "max-age=31536000" always; Caddy: header Strict-Transport-Security "max-age=31536000". Both are in the files under deploy/.',
  )
}

/** The page that people open, and what protects it. */
export const lookAtPage = async (target: Target): Promise<DoctorCheck[]> => {
  const answer = await ask(target, '/', { headers: { accept: 'text/html' }, maxBytes: 1024 * 1024 })
  const hsts = judgeHsts(answer, target.url)
  if (answer.status !== 200 || !answer.headers['content-type']?.startsWith('text/html'))
    return [
      fail(
        'web.app',
        `There is no web app at /: ${describe(answer)}.`,
        'See that the proxy passes / on to the gateway.',
      ),
      skipped('headers.csp', 'There is no page.'),
      hsts,
    ]
  const list = await ask(target, webManifestPath, { maxBytes: maxWebManifestBytes })
  const isListed = list.status === 200 && WebManifest.safeParse(jsonOf(list)).success
  const app = isListed
    ? ok('web.app', `The web app is served. Whether it is the one of this source: kez verify web ${target.url.origin}`)
    : warn(
        'web.app',
        `The page is there, and not the list of its files (${webManifestPath}: ${describe(list)}).`,
        'Build the web app ("npm run build:web", or the image) and name it as KEZ_CHAT_WEB_DIR; have the proxy pass all of /.well-known/ on.',
      )
  return [app, judgePolicy(answer), hsts]
}

/** What only operators may see does not come out with the rest. */
export const lookForInternal = async (target: Target): Promise<DoctorCheck[]> => {
  const id = 'internal.hidden'
  const cure =
    "Have the proxy pass on to the gateway's public port alone (KEZ_CHAT_BIND, 6969), never to KEZ_INTERNAL_BIND (6970), and keep that on 127.0.0.1 or in a network without a way out."
  const metrics = await ask(target, '/metrics', { maxBytes: 4 * 1024 * 1024 })
  const doctor = await ask(target, '/internal/doctor', { method: 'POST', body: '-' })
  const open = [
    ...(metrics.status === 200 && /^# (HELP|TYPE) /m.test(metrics.text) ? ['/metrics'] : []),
    // The gateway's public side knows no such address; whatever else answers is the internal one, or stands for it.
    ...([404, 405, 403].includes(doctor.status) || doctor.status >= 500 ? [] : ['/internal/doctor']),
  ]
  if (open.length > 0)
    return [fail(id, `The internal listener is open to the public: ${open.join(' and ')} can be had by anybody.`, cure)]
  return [
    ok(
      id,
      isLoopback(target.url.hostname)
        ? 'The internal listener is not mixed into the public address.'
        : 'The internal listener is not to be had at the public address.',
    ),
  ]
}
