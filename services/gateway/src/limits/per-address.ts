import { DomainError } from '@kez-chat/contracts'
import type { TokenBuckets } from '@kez-chat/runtime'
import type { FastifyRequest } from 'fastify'
import type { Metrics } from '../metrics.ts'
import { addressKey } from './address-key.ts'

/** A hook that lets a client address through as often as its bucket allows. */
export const limitPerAddress =
  (buckets: TokenBuckets, limit: string, metrics: Metrics) =>
  async (request: FastifyRequest): Promise<void> => {
    const taken = buckets.take(addressKey(request.ip))
    if (taken.ok) return
    metrics.rateLimited.inc({ limit })
    throw new DomainError('rate_limited', 'too many requests from this address; try again later', {
      retryAfter: taken.retryAfter,
    })
  }
