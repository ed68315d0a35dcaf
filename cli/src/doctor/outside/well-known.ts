import { type DoctorCheck, NostrJson, Problem, WebFinger } from '@kez-chat/contracts'
import { ask, describe, jsonOf, type Target } from '../ask.ts'
import { fail, ok } from '../check.ts'

const passOn =
  'Have the proxy pass all of /.well-known/ on to the gateway; a rule for certificates takes /.well-known/acme-challenge/ alone.'

/** A name that nobody has asked for: whether the gateway answers is what counts. */
const somebody = 'kez-doctor'

export const lookAtWebFinger = async (target: Target): Promise<DoctorCheck[]> => {
  const id = 'wellknown.webfinger'
  const answer = await ask(target, `/.well-known/webfinger?resource=acct:${somebody}@${target.url.hostname}`)
  const isOurs =
    answer.status === 200
      ? WebFinger.safeParse(jsonOf(answer)).success
      : Problem.safeParse(jsonOf(answer)).data?.code === 'not_found'
  return [
    isOurs
      ? ok(id, 'WebFinger reaches the gateway.')
      : fail(
          id,
          `WebFinger does not reach the gateway: ${describe(answer)}. Other servers and apps cannot find people here.`,
          passOn,
        ),
  ]
}

export const lookAtNostrNames = async (target: Target): Promise<DoctorCheck[]> => {
  const id = 'wellknown.nostr'
  const answer = await ask(target, `/.well-known/nostr.json?name=${somebody}`)
  if (answer.status !== 200 || !NostrJson.safeParse(jsonOf(answer)).success)
    return [
      fail(
        id,
        `NIP-05 (/.well-known/nostr.json) does not reach the gateway: ${describe(answer)}. Nostr apps cannot confirm names here.`,
        passOn,
      ),
    ]
  if (answer.headers['access-control-allow-origin'] !== '*')
    return [
      fail(
        id,
        'NIP-05 answers without Access-Control-Allow-Origin: *, so nostr apps in browsers cannot read it.',
        'Leave the headers Access-Control-* to the gateway.',
      ),
    ]
  return [ok(id, 'NIP-05 reaches the gateway.')]
}
