import type { Command } from '../../command.ts'
import { natsOptions } from '../../operators/reach-nats.ts'
import type { StreamsAction } from '../../operators/streams/perform.ts'

const actions = ['check', 'diff', 'apply'] as const satisfies readonly StreamsAction[]

export const adminStreams: Command = {
  name: 'admin streams',
  about: 'for operators: compare the streams of NATS with what this version wants, and set what differs',
  args: [
    {
      name: 'what',
      about: 'check: is all as it should be; diff: field by field; apply: set what can be set without loss',
      choices: actions,
    },
  ],
  options: {
    ...natsOptions,
    'dry-run': { about: 'with apply: say what would be set, and set nothing' },
    'before-start': {
      about: 'take as well what services make themselves when they start: a missing stream, a consumer',
    },
  },
  examples: ['kez admin streams check', 'kez admin streams diff', 'kez admin streams apply --dry-run'],
  run: async (call) => {
    const what = actions.find((action) => action === call.args[0]) ?? 'check'
    const { performStreams } = await import('../../operators/streams/perform.ts')
    return performStreams(call, what)
  },
}
