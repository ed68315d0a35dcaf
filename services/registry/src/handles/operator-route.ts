import {
  BarReason,
  commandSubject,
  type DirectoryEntry,
  DroppedSubscriptions,
  Handle,
  inboxOwner,
} from '@kez-chat/contracts'
import { continueTrace, handleForLog, type InternalRoute, type Log, requestCommand } from '@kez-chat/runtime'
import { z } from 'zod'
import { createOperatorRoute } from '../operator/route.ts'
import { decideBar, decideRestoring } from './bar.ts'
import { changeHandle } from './change.ts'
import type { Registrar } from './register.ts'

const Wish = z.discriminatedUnion('op', [
  z.object({ op: z.literal('bar'), handle: Handle, reason: BarReason }),
  z.object({ op: z.literal('restore'), handle: Handle }),
])

const pushAnswersWithin = 5_000

export type PeopleRouteOptions = { registrar: Registrar; secret: string | undefined; log: Log }

/**
 * `POST /internal/people`: the operator bars a handle, or lets it in again. The event in the log is what counts: gateways, auth
 * responders and bridges follow the directory. Push keeps no directory, so it is told; when it does not hear, doing the
 * same again tells it again.
 */
export const peopleRoute = ({ registrar, secret, log }: PeopleRouteOptions): InternalRoute => {
  const dropDevices = async (entry: DirectoryEntry): Promise<number | null> => {
    try {
      const { nc } = registrar.jetstream
      const wish = { inbox: inboxOwner(entry) }
      return (await requestCommand(nc, commandSubject.pushDrop, wish, DroppedSubscriptions, pushAnswersWithin)).devices
    } catch (error) {
      log.warn({ err: error }, 'push did not hear of a handle that was barred')
      return null
    }
  }

  return createOperatorRoute({
    path: '/internal/people',
    wish: Wish,
    usage: 'say {"op":"bar","handle","reason"} or {"op":"restore","handle"}',
    secret,
    log,
    perform: async (wish) => {
      const at = new Date().toISOString()
      const entry = await changeHandle(
        registrar,
        wish.handle,
        (state) => (wish.op === 'bar' ? decideBar(state, { ...wish, at }) : decideRestoring(state, at)),
        continueTrace(undefined),
      )
      const { handle, status, seq } = entry
      log.info({ op: wish.op, handle: handleForLog(handle), seq }, 'audit: the operator changed who is let in')
      return wish.op === 'bar' ? { handle, status, seq, devices: await dropDevices(entry) } : { handle, status, seq }
    },
  })
}
