import type { VapidTokens } from '../vapid/tokens.ts'
import { allowedBy } from './hosts.ts'
import { judge, type Outcome } from './outcome.ts'
import type { Post } from './post.ts'

export type SendOptions = {
  post: Post
  tokens: VapidTokens
  allowedHosts: readonly string[]
  /** Told of each attempt; `service` is the pattern that let it out. */
  onAttempt(service: string, outcome: Outcome, seconds: number): void
}

export type Target = { endpoint: string; origin: string; vapidKey: string }

/** A wake, which waits a day for a browser that is away, or a test, for which somebody sits there and waits. */
const kinds = {
  wake: { ttl: 86_400, topic: 'kez-wake' },
  test: { ttl: 60, topic: 'kez-test' },
} as const

/** Sends one empty push and says what became of it. Never throws. */
export const createSend =
  ({ post, tokens, allowedHosts, onAttempt }: SendOptions) =>
  async ({ endpoint, origin, vapidKey }: Target, kind: keyof typeof kinds): Promise<Outcome> => {
    const service = allowedBy(endpoint, allowedHosts)
    if (service === undefined) return { kind: 'failed', reason: 'not_allowed', status: undefined }
    const authorisation = tokens.authorisation(origin, vapidKey)
    if (authorisation === undefined) return { kind: 'failed', reason: 'key_mismatch', status: undefined }
    const started = performance.now()
    const outcome = judge(await post({ endpoint, authorisation, ...kinds[kind] }), Date.now())
    onAttempt(service, outcome, (performance.now() - started) / 1_000)
    return outcome
  }

export type Send = ReturnType<typeof createSend>
