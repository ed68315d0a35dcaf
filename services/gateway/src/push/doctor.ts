import {
  commandSubject,
  DomainError,
  errorStatus,
  Handle,
  inboxOwner,
  type PrimaryHex,
  PushDoctorReport,
  problem,
} from '@kez-chat/contracts'
import { type InternalAnswer, type InternalRoute, type NatsConnection, requestCommand } from '@kez-chat/runtime'
import { z } from 'zod'
import type { People } from '../directory/people.ts'
import { refusalOf } from '../refusal.ts'

const DoctorRequest = z.object({ handle: Handle.optional(), probe: z.boolean().default(true) })
const answersWithin = 20_000

const json = (status: number, value: unknown, type = 'application/json'): InternalAnswer => ({
  status,
  type,
  body: `${JSON.stringify(value)}\n`,
})

/** `POST /internal/push/doctor` for operators: how pushes stand, on the whole or for one handle. */
export const pushDoctorRoute = ({ nc, people }: { nc: NatsConnection; people: People }): InternalRoute => {
  const inboxOf = async (handle: Handle): Promise<PrimaryHex> => {
    const entry = await people.byHandle(handle)
    if (!entry) throw new DomainError('not_found', 'nobody has this handle here')
    return inboxOwner(entry)
  }

  const ask = async (body: Uint8Array): Promise<PushDoctorReport> => {
    const { handle, probe } = DoctorRequest.parse(JSON.parse(new TextDecoder().decode(body) || '{}'))
    const command = { probe, ...(handle === undefined ? {} : { inbox: await inboxOf(handle) }) }
    return requestCommand(nc, commandSubject.pushDoctor, command, PushDoctorReport, answersWithin)
  }

  return {
    method: 'POST',
    path: '/internal/push/doctor',
    maxBytes: 1_024,
    handle: async ({ body }) => {
      try {
        return json(200, await ask(body))
      } catch (error) {
        const refusal = refusalOf(error) ?? new DomainError('malformed', 'say {"handle": "alice"}, or nothing')
        return json(errorStatus[refusal.code], problem(refusal.code, refusal.message), 'application/problem+json')
      }
    },
  }
}
