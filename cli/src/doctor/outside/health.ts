import { type DoctorCheck, Health } from '@kez-chat/contracts'
import { printable } from '../../output/printable.ts'
import { type Answer, ask, describe, jsonOf, type Target } from '../ask.ts'
import { fail, ok, skipped, warn } from '../check.ts'

export const healthIds = ['server.health', 'server.name', 'clock', 'headers.cache', 'headers.cors'] as const

const noteSkew = 5_000
const badSkew = 30_000

const judgeHealth = (answer: Answer, health: Health | undefined): DoctorCheck => {
  const id = 'server.health'
  if (health?.status === 'ok')
    return ok(
      id,
      `kez-chat ${printable(health.version)} answers and is ready${health.registration === 'invite' ? '; people register by invitation' : ''}.`,
    )
  if (health)
    return fail(
      id,
      'The gateway answers, but it is not ready: it does not reach NATS, or its copy of the directory is not complete.',
      'See whether NATS runs ("docker compose ps"), and what the gateway\'s log and the internal /readyz say.',
    )
  if ([502, 503, 504].includes(answer.status))
    return fail(
      id,
      `The proxy answers, and does not reach the gateway (${describe(answer)}).`,
      "See whether the gateway runs, and whether the proxy's target is its KEZ_CHAT_BIND (127.0.0.1:6969 by default).",
    )
  return fail(
    id,
    `No kez-chat answers at /v1/healthz, but ${describe(answer)}.`,
    'See that the proxy passes every path of this site on to the gateway, and that the address is the right one.',
  )
}

const judgeName = (health: Health | undefined, host: string): DoctorCheck => {
  const id = 'server.name'
  if (!health) return skipped(id, 'No kez-chat has answered.')
  const name = printable(health.server)
  if (health.server === host) return ok(id, `The server calls itself ${name}, as it is asked.`)
  return fail(
    id,
    `The server calls itself ${name}, and was asked as ${host}: names end in @${name}, and other servers look for them at ${name}, not here.`,
    `Is ${name} right, let that name lead here and ask https://${name}. Is it wrong and nobody has registered yet, set KEZ_CHAT_SERVER=${host} and start anew; once people have names, it cannot change.`,
  )
}

const judgeClock = (answer: Answer, now: () => number): DoctorCheck => {
  const id = 'clock'
  const date = Date.parse(answer.headers.date ?? '')
  if (Number.isNaN(date))
    return warn(
      id,
      'The answer has no Date, by which apps set their clock.',
      'Have the proxy keep the header Date of the gateway, or set its own.',
    )
  // The header is cut to whole seconds, and the answer was under way.
  const shift = now() - Date.now()
  const earliest = answer.askedAt + shift - 1_000
  const latest = answer.answeredAt + shift
  const skew = date < earliest ? date - earliest : date > latest ? date - latest : 0
  const seconds = Math.round(Math.abs(skew) / 1_000)
  const cure = 'Set both clocks by NTP ("timedatectl set-ntp true"). Which of the two is wrong, "date -u" tells.'
  const what = `The server's clock is ${seconds} s ${skew < 0 ? 'behind' : 'ahead of'} the one of this machine.`
  if (Math.abs(skew) >= badSkew)
    return fail(id, `${what} Signatures count for 60 s, and pushes are refused when the clock is far off.`, cure)
  return Math.abs(skew) >= noteSkew
    ? warn(id, what, cure)
    : ok(id, "The server's clock and the one of this machine agree.")
}

const judgeCache = (answer: Answer): DoctorCheck => {
  const id = 'headers.cache'
  const kept = answer.headers['cache-control'] ?? ''
  const age = answer.headers.age
  const hit = ['x-cache', 'x-cache-status', 'cf-cache-status'].find((name) =>
    /\bhit\b/i.test(answer.headers[name] ?? ''),
  )
  if (/\bno-store\b/.test(kept) && !/\bpublic\b|max-age=[1-9]/.test(kept) && age === undefined && hit === undefined)
    return ok(id, 'Answers of /v1 are not kept by anything between.')
  const why =
    age !== undefined || hit !== undefined
      ? 'the answer came out of a cache'
      : `they say Cache-Control: ${printable(kept) || 'nothing'} instead of no-store`
  return fail(
    id,
    `Answers of /v1 may be kept on the way: ${why}. People would see old inboxes, and perhaps those of others.`,
    'Have the proxy or CDN cache nothing below /v1, /.well-known and /relay, and leave Cache-Control as the gateway sets it.',
  )
}

const judgeCors = (answer: Answer): DoctorCheck => {
  const id = 'headers.cors'
  const header = answer.headers['access-control-allow-origin']
  if (header === '*' && answer.times('access-control-allow-origin') === 1)
    return ok(id, 'Apps of other servers may read the API, so people can write across servers.')
  const what =
    header === undefined
      ? 'The API does not allow apps of other servers'
      : `The API says Access-Control-Allow-Origin: ${printable(header)}, which browsers refuse`
  return fail(
    id,
    `${what}: nobody elsewhere can write to people here.`,
    'Leave the headers Access-Control-* to the gateway: take lines that add or hide them out of the proxy.',
  )
}

/** What the server says of itself, and how that has come through the proxy. */
export const lookAtHealth = async (target: Target, now: () => number): Promise<DoctorCheck[]> => {
  const answer = await ask(target, '/v1/healthz')
  const health = Health.safeParse(jsonOf(answer)).data
  const first = [judgeHealth(answer, health), judgeName(health, target.url.hostname), judgeClock(answer, now)]
  if (!health) return [...first, ...healthIds.slice(3).map((id) => skipped(id, 'No kez-chat has answered.'))]
  return [...first, judgeCache(answer), judgeCors(answer)]
}
