import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Call, Report } from '../../command.ts'
import { CliError, EXIT } from '../../errors.ts'
import { askInternal } from '../../servers/internal.ts'
import { readOperatorSecret } from '../operator-secret.ts'

const State = z.object({
  state: z.enum(['idle', 'running', 'done', 'failed']),
  through: z.number(),
  last: z.number(),
  events: z.number(),
  reason: z.string().optional(),
})
type State = z.infer<typeof State>

const lookEvery = 500
const tellEvery = 5_000

/** `kez admin projection rebuild`: begins it at the registry and waits; whoever ends this does not end the rebuild. */
export const rebuildByRegistry = async (call: Call, projection: string): Promise<Report> => {
  const secret = await readOperatorSecret(call)
  const ask = (op: 'rebuild' | 'state'): Promise<State> =>
    askInternal(call, '/internal/projections', { op, projection }, (answer) => State.safeParse(answer).data, secret)
  let told = call.session.now()
  let state = await ask('rebuild')
  while (state.state === 'running') {
    await sleep(lookEvery)
    state = await ask('state')
    if (state.state !== 'running' || call.session.now() - told < tellEvery) continue
    told = call.session.now()
    call.session.warn(`${projection}: ${state.through} of ${state.last}`)
  }
  if (state.state === 'done')
    return {
      data: { projection, ...state },
      text: () => `${projection} was made anew from ${state.events} events.\n`,
    }
  const why = state.state === 'idle' ? 'the registry was started anew meanwhile' : (state.reason ?? 'unknown')
  throw new CliError(EXIT.refused, 'rebuild_failed', `${projection} was not made anew: ${why}`, {
    hint: 'What was in use is in use still. Running this again begins anew.',
  })
}
