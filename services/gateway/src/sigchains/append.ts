import { ChainHead, type ChainId, chainHeadOf, commandSubject, DomainError, PrimaryHex } from '@kez-chat/contracts'
import { type NatsConnection, requestCommand, type TokenBuckets } from '@kez-chat/runtime'
import type { Directory } from '../directory/directory.ts'
import { addressKey } from '../limits/address-key.ts'
import type { Metrics } from '../metrics.ts'
import type { Chains } from './read.ts'

export type AppendOptions = {
  nc: NatsConnection
  chains: Chains
  directory: Directory
  /** Bytes that one client address may append per hour to chains of keys that nobody registered here. */
  strangerBytes: TokenBuckets
  metrics: Metrics
}

export const createAppendToChain = ({ nc, chains, directory, strangerBytes, metrics }: AppendOptions) => {
  const isRegistered = async ({ alg, key }: ChainId): Promise<boolean> =>
    alg === 'ed25519' && (await directory.byPrimary(PrimaryHex.parse(key))) !== undefined

  return async (
    id: ChainId,
    event: Record<string, unknown>,
    from: { address: string; bytes: number },
  ): Promise<ChainHead> => {
    if (!(await isRegistered(id))) {
      const taken = strangerBytes.take(addressKey(from.address), from.bytes)
      if (!taken.ok) {
        metrics.rateLimited.inc({ limit: 'stranger_chains' })
        throw new DomainError('rate_limited', 'too much from this address for keys that are not registered here', {
          retryAfter: taken.retryAfter,
        })
      }
    }
    try {
      return await requestCommand(nc, commandSubject.appendChain, { ...id, event }, ChainHead)
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'chain_conflict')) throw error
      const end = await chains.end(id)
      throw new DomainError('chain_conflict', error.message, { cause: error, head: end && chainHeadOf(end) })
    }
  }
}

export type AppendToChain = ReturnType<typeof createAppendToChain>
