import { MAX_JWT_CHARS, NatsJwtError } from '@kez-chat/nats-jwt'
import { type InternalAnswer, type InternalRoute, isTrusted, type Log } from '@kez-chat/runtime'
import { type Answer, isUnavailable } from './answer.ts'
import type { Metrics } from './metrics.ts'

export type AuthRouteOptions = {
  /** Undefined while the responder is not ready to decide. */
  readonly answer: () => Answer | undefined
  /** The shared secret, if there is one. */
  readonly secret: () => string | undefined
  readonly metrics: Metrics
  readonly log: Log
}

const problem = (status: number, code: string, detail: string): InternalAnswer => ({
  status,
  type: 'application/problem+json',
  body: JSON.stringify({
    type: `urn:kez-chat:problem:${code}`,
    title: code.replaceAll('_', ' '),
    status,
    code,
    detail,
  }),
})

/**
 * `POST /internal/nats/auth`: for operators whose own program stands between NATS and us. An authorization request as the
 * server signed it comes in, opened; the signed response goes out, to be sealed by them.
 */
export const authRoute = ({ answer, secret, metrics, log }: AuthRouteOptions): InternalRoute => ({
  method: 'POST',
  path: '/internal/nats/auth',
  maxBytes: MAX_JWT_CHARS,
  handle: async (request) => {
    if (!isTrusted(request, secret()))
      return problem(403, 'forbidden', 'this needs the shared secret as a Bearer token, or a client certificate')
    const decide = answer()
    if (!decide) return problem(503, 'unavailable', 'the auth responder is not ready; try again soon')
    const started = performance.now()
    try {
      const answered = await decide(Buffer.from(request.body).toString('utf8').trim(), Date.now(), () => undefined)
      const reason = answered.outcome === 'refused' ? answered.reason : ''
      metrics.logins.inc({ outcome: answered.outcome, reason })
      metrics.seconds.observe((performance.now() - started) / 1000)
      return { status: 200, type: 'application/jwt', body: answered.response }
    } catch (error) {
      if (error instanceof NatsJwtError) {
        metrics.logins.inc({ outcome: 'ignored', reason: error.code })
        return problem(400, 'malformed', error.message)
      }
      if (isUnavailable(error)) {
        metrics.logins.inc({ outcome: 'unavailable', reason: '' })
        return problem(503, 'unavailable', 'the directory cannot be asked right now')
      }
      log.error({ err: error }, 'a login could not be decided')
      throw error
    }
  },
})
