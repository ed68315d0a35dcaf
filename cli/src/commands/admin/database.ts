import type { Command } from '../../command.ts'
import type { DatabaseAction } from '../../operators/database/perform.ts'
import { postgresOptions } from '../../operators/reach-postgres.ts'

const actions = ['status', 'migrate'] as const satisfies readonly DatabaseAction[]

export const adminDatabase: Command = {
  name: 'admin database',
  about:
    'for operators: whether the tables in Postgres are of this version, and making them so before its services start',
  args: [
    {
      name: 'what',
      about: 'status: what is to be made; migrate: make it. Services of the version before cannot start any more then',
      choices: actions,
    },
  ],
  options: postgresOptions,
  examples: ['kez admin database status', 'kez admin database migrate'],
  run: async (call) => {
    const what = actions.find((action) => action === call.args[0]) ?? 'status'
    const { performDatabase } = await import('../../operators/database/perform.ts')
    return performDatabase(call, what)
  },
}
