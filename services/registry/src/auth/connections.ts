import type { NatsConnection } from '@kez-chat/runtime'
import { z } from 'zod'

/** A person's connection as the server that holds it tells. */
export type PersonConnection = { readonly server: string; readonly cid: number; readonly audit: string }

const Connz = z.object({
  server: z.object({ id: z.string() }),
  data: z.object({
    total: z.int().nonnegative(),
    offset: z.int().nonnegative(),
    num_connections: z.int().nonnegative(),
    connections: z
      .array(z.object({ cid: z.int().nonnegative(), authorized_user: z.string().optional() }))
      .nullish()
      .transform((all) => all ?? []),
  }),
})

const account = 'PEOPLE'
const pageSize = 1_024
const maxPages = 1_000
const answersWithin = 3_000

/**
 * The connections of people on every server of the cluster, as they are now: the map that matters is the servers' own.
 * @param user only of this audit id
 * @throws Error when no server answers
 */
export const listConnections = async (nc: NatsConnection, user?: string): Promise<PersonConnection[]> => {
  const found: PersonConnection[] = []
  for (let page = 0; page < maxPages; page++) {
    const offset = page * pageSize
    const query = { acc: account, auth: true, limit: pageSize, offset, ...(user === undefined ? {} : { user }) }
    // How many servers there are is not known, so the end is where none says anything more.
    const answers = await nc.requestMany('$SYS.REQ.SERVER.PING.CONNZ', JSON.stringify(query), {
      strategy: 'stall',
      stall: 500,
      maxWait: answersWithin,
    })
    let servers = 0
    let more = false
    for await (const answer of answers) {
      const { server, data } = Connz.parse(answer.json())
      servers += 1
      more ||= offset + data.num_connections < data.total
      for (const { cid, authorized_user: audit } of data.connections)
        if (audit !== undefined) found.push({ server: server.id, cid, audit })
    }
    if (servers === 0) throw new Error('no server tells about its connections')
    if (!more) break
  }
  return found
}

/** Ends one connection. Its client may come again, and is then asked who it is. */
export const endConnection = async (nc: NatsConnection, { server, cid }: PersonConnection): Promise<void> => {
  await nc.request(`$SYS.REQ.SERVER.${server}.KICK`, JSON.stringify({ cid }), { timeout: answersWithin })
}
