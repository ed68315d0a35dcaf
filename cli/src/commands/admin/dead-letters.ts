import type { Command } from '../../command.ts'
import type { DeadLettersAction } from '../../operators/dead-letters/perform.ts'
import { natsOptions } from '../../operators/reach-nats.ts'

const actions = ['list', 'show', 'retry', 'drop'] as const satisfies readonly DeadLettersAction[]

export const adminDeadLetters: Command = {
  name: 'admin dead-letters',
  about: 'for operators: events that a service tried for long and gave up',
  args: [
    {
      name: 'what',
      about: 'list; show one; retry: have it done now; drop: never do it',
      choices: actions,
    },
    { name: 'id', about: 'which one, as list shows it', optional: true },
  ],
  options: {
    all: { about: 'retry or drop every one' },
    yes: { about: 'with drop: it is meant' },
    ...natsOptions,
  },
  examples: [
    'kez admin dead-letters list',
    'kez admin dead-letters retry push/INBOX_0/1234',
    'kez admin dead-letters drop --all --yes',
  ],
  run: async (call) => {
    const [what, id] = call.args
    const { performDeadLetters } = await import('../../operators/dead-letters/perform.ts')
    return performDeadLetters(call, actions.find((action) => action === what) ?? 'list', id)
  },
}
