import type { DoctorCheck } from '@kez-chat/contracts'
import type { Target } from '../ask.ts'
import { type Look, lookAtAll, skipped } from '../check.ts'
import { addressIds, hostOf, lookAtAddresses } from './address.ts'
import { lookAtBodyLimit } from './body-limit.ts'
import { certificateIds, lookAtCertificate } from './certificate.ts'
import { healthIds, lookAtHealth } from './health.ts'
import { lookAtHomeRelay } from './home-relay.ts'
import { lookAtStreams, streamIds } from './live-stream.ts'
import { lookForOpenPorts } from './open-ports.ts'
import { lookAtPlainHttp } from './plain-http.ts'
import { lookAtRelays } from './relays.ts'
import { lookAtPage, lookForInternal, pageIds } from './web-app.ts'
import { lookAtNostrNames, lookAtWebFinger } from './well-known.ts'

export type Outside = {
  readonly target: Target
  readonly now: () => number
  /** Where plain http is, if it is not on port 80. */
  readonly plain: string | undefined
  /** Look also at what takes half a minute. */
  readonly isPatient: boolean
}

/** Everything that can be seen from anywhere. Where nothing answers, the rest is named as not looked at. */
export const lookFromOutside = async ({ target, now, plain, isPatient }: Outside): Promise<DoctorCheck[]> => {
  const { url } = target
  const way = await lookAtAll([
    { ids: addressIds, look: () => lookAtAddresses(url) },
    { ids: certificateIds, look: () => lookAtCertificate(target, now()) },
    { ids: ['http.plain'], look: () => lookAtPlainHttp(url, plain) },
  ])
  const looks: readonly Look[] = [
    { ids: healthIds, look: () => lookAtHealth(target, now) },
    { ids: pageIds, look: () => lookAtPage(target) },
    { ids: ['wellknown.webfinger'], look: () => lookAtWebFinger(target) },
    { ids: ['wellknown.nostr'], look: () => lookAtNostrNames(target) },
    { ids: streamIds, look: () => lookAtStreams(target, isPatient) },
    { ids: ['relay.websocket'], look: () => lookAtHomeRelay(target) },
    { ids: ['proxy.body-limit'], look: () => lookAtBodyLimit(target) },
    { ids: ['internal.hidden'], look: () => lookForInternal(target) },
    { ids: ['internal.ports'], look: () => lookForOpenPorts(hostOf(url)) },
    { ids: ['relays.connected'], look: () => lookAtRelays(target) },
  ]
  const stateOf = (id: string) => way.find((check) => check.id === id)?.status
  const isReached = addressIds.some((id) => stateOf(id) === 'ok')
  if (!isReached || (url.protocol === 'https:' && stateOf('tls.handshake') === 'fail'))
    return [...way, ...looks.flatMap(({ ids }) => ids.map((id) => skipped(id, 'The server was not reached.')))]
  return [...way, ...(await lookAtAll(looks))]
}
