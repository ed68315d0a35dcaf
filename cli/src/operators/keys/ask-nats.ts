import { connect } from 'node:net'
import { z } from 'zod'
import { CliError, EXIT } from '../../errors.ts'

const patience = 2_000
const answersWithin = 3_000

const open = async (url: string, name: string, seed: string) => {
  const { connectNats, createLog } = await import('@kez-chat/runtime')
  return connectNats({ name, url, seed, patience }, createLog('kez', 'silent'))
}

/**
 * Whether NATS lets the holder of a seed in, as it runs now. One that is refused looks like a server that is away, where no auth
 * responder answers for it: so ask with a key that is known as well.
 */
export const natsAccepts = async (url: string, name: string, seed: string): Promise<boolean> => {
  try {
    await (await open(url, name, seed)).close()
    return true
  } catch {
    return false
  }
}

/** Whether anything listens at one of the addresses of NATS, whomever it lets in. */
export const somethingListens = async (urls: string): Promise<boolean> => {
  const listens = (text: string): Promise<boolean> => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    if (!url) return Promise.resolve(false)
    return new Promise((resolve) => {
      const socket = connect({ host: url.hostname, port: Number(url.port || 4222), timeout: patience })
      const answer = (found: boolean): void => {
        socket.destroy()
        resolve(found)
      }
      socket.once('connect', () => answer(true))
      socket.once('error', () => answer(false))
      socket.once('timeout', () => answer(false))
    })
  }
  return (await Promise.all(urls.split(',').map((url) => listens(url.trim())))).includes(true)
}

const Connz = z.object({
  data: z.object({ connections: z.array(z.object({ authorized_user: z.string().optional() })).nullish() }),
})

/** Public keys by which somebody is connected now, of the account `APP` and the others of services. */
export const connectedKeys = async (url: string, sysSeed: string): Promise<Set<string>> => {
  const nc = await open(url, 'sys', sysSeed).catch((cause: unknown) => {
    throw new CliError(
      EXIT.network,
      'nats_unreachable',
      'NATS was not reached, so nobody knows which keys are in use',
      {
        cause,
        hint: 'Name it with --nats-url; or say --unchecked when every service was restarted since the last step.',
      },
    )
  })
  try {
    const found = new Set<string>()
    for (const acc of ['APP', 'AUTH', 'SYS']) {
      const answers = await nc.requestMany(
        '$SYS.REQ.SERVER.PING.CONNZ',
        JSON.stringify({ acc, auth: true, limit: 1_024 }),
        { strategy: 'stall', stall: 500, maxWait: answersWithin },
      )
      for await (const answer of answers)
        for (const { authorized_user: user } of Connz.parse(answer.json()).data.connections ?? [])
          if (user !== undefined) found.add(user)
    }
    return found
  } finally {
    await nc.close()
  }
}
