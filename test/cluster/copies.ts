import type { NatsNode } from '@kez-chat/testkit'
import { expect } from 'vitest'
import { z } from 'zod'

const Jsz = z.object({
  account_details: z
    .array(
      z.object({
        stream_detail: z
          .array(
            z.object({
              name: z.string(),
              state: z.object({
                messages: z.number(),
                bytes: z.number(),
                first_seq: z.number(),
                last_seq: z.number(),
                num_deleted: z.number().optional(),
              }),
              config: z.object({ num_replicas: z.number() }),
            }),
          )
          .optional(),
      }),
    )
    .optional(),
})

/** What one node holds of every stream. */
export const holdings = async (node: NatsNode) => {
  const answer = await fetch(`${node.monitorUrl}/jsz?accounts=1&streams=1&config=1`, {
    signal: AbortSignal.timeout(5_000),
  })
  const { account_details = [] } = Jsz.parse(await answer.json())
  return Object.fromEntries(
    account_details
      .flatMap(({ stream_detail = [] }) => stream_detail)
      .map(({ name, state, config }) => [name, { ...state, copies: config.num_replicas }] as const)
      .toSorted(([a], [b]) => a.localeCompare(b)),
  )
}

/** Waits until every node holds the same of every stream, and every stream is on all of them. */
export const sameOnAll = async (nodes: readonly NatsNode[]): Promise<void> => {
  await expect
    .poll(
      async () => {
        const all = await Promise.all(nodes.map((node) => holdings(node).catch(() => ({}))))
        const [first = {}, ...others] = all.map((one) => JSON.stringify(one))
        return others.every((other) => other === first) && first !== '{}' ? 'the same' : all
      },
      { message: 'every node holds the same of every stream', timeout: 120_000, interval: 500 },
    )
    .toBe('the same')
}
