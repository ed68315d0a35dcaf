import { Handle } from '@kez-chat/contracts'
import { z } from 'zod'
import type { Command } from '../../command.ts'
import { usageError } from '../../errors.ts'
import { readOperatorSecret, secretOption } from '../../operators/operator-secret.ts'
import { askInternal, internalOption } from '../../servers/internal.ts'

const reasons = ['abuse', 'lost_device', 'asked_for', 'other'] as const

const Answer = z.object({
  handle: z.string(),
  status: z.string(),
  seq: z.number(),
  /** Devices that push has let go of; null when it was not reached. */
  devices: z.number().nullish(),
})
type Answer = z.infer<typeof Answer>

const describe = ({ handle, devices }: Answer, isBarred: boolean): string => {
  if (!isBarred) return `${handle} is let in again\n`
  const pushes =
    devices === null
      ? 'Push was not reached: run this again, so that no device of theirs is kept.'
      : `Removed from push: ${devices} ${devices === 1 ? 'device' : 'devices'}.`
  return `${handle} is barred. Open streams and NATS connections end within 15 seconds. ${pushes}\n`
}

export const adminUser: Command = {
  name: 'admin user',
  about: 'for operators: bar a handle, so that whoever has it is let in nowhere, or let it in again',
  args: [
    { name: 'what', about: 'revoke: bar it; restore: let it in again', choices: ['revoke', 'restore'] },
    { name: 'handle', about: 'whose; without the server' },
  ],
  options: {
    reason: { value: 'why', about: 'with revoke, for the log; other when left out', choices: reasons },
    ...internalOption('registry'),
    ...secretOption,
  },
  examples: ['kez admin user revoke mallory --reason abuse', 'kez admin user restore mallory'],
  run: async (call) => {
    const [what, text] = call.args
    const handle = Handle.safeParse(text)
    if (!handle.success) throw usageError('<handle> is 3 to 32 of a-z 0-9 _ -, without the server')
    const isBarred = what === 'revoke'
    if (!isBarred && call.option('reason') !== undefined) throw usageError('--reason goes with revoke')
    const wish = isBarred
      ? { op: 'bar', handle: handle.data, reason: call.option('reason') ?? 'other' }
      : { op: 'restore', handle: handle.data }
    const read = (answer: unknown) => Answer.safeParse(answer).data
    const answer = await askInternal(call, '/internal/people', wish, read, await readOperatorSecret(call))
    return { data: answer, text: () => describe(answer, isBarred) }
  },
}
