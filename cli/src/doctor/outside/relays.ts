import { type DoctorCheck, RelayList } from '@kez-chat/contracts'
import { printable } from '../../output/printable.ts'
import { ask, describe, jsonOf, type Target } from '../ask.ts'
import { fail, ok, skipped, warn } from '../check.ts'

const id = 'relays.connected'
const cure =
  'See that the server may connect out (wss, port 443) and that these relays still exist; take those that do not out of KEZ_RELAYS. Relays that are busy come back by themselves.'

/** How the nostr relays do that the server listens on. */
export const lookAtRelays = async (target: Target): Promise<DoctorCheck[]> => {
  const answer = await ask(target, '/v1/relays')
  const list = RelayList.safeParse(jsonOf(answer)).data
  if (answer.status !== 200 || !list)
    return [
      fail(
        id,
        `The states of the nostr relays cannot be had: ${describe(answer)}.`,
        'See whether NATS and the relay-bridge run ("docker compose ps").',
      ),
    ]
  const { relays } = list
  if (relays.length === 0)
    return [skipped(id, 'The server listens on no nostr relay (KEZ_RELAYS=none), or its relay-bridge has never run.')]
  const away = relays.filter(({ state }) => state !== 'connected')
  const names = away.map(
    ({ url, state, reason }) =>
      `${printable(url)} (${reason === undefined ? state.replaceAll('_', ' ') : printable(reason)})`,
  )
  if (away.length === 0)
    return [
      ok(
        id,
        relays.length === 1 ? 'The nostr relay is connected.' : `All ${relays.length} nostr relays are connected.`,
      ),
    ]
  const what = `${away.length} of ${relays.length} nostr relays are not connected: ${names.join(', ')}.`
  if (away.every(({ state }) => state === 'stopped'))
    return [fail(id, what, 'See whether the relay-bridge runs ("docker compose ps"), and what its log says.')]
  return [
    away.length === relays.length
      ? fail(id, `${what} Messages that come over relays wait there.`, cure)
      : warn(id, what, cure),
  ]
}
