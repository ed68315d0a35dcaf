import type { Command } from '../../command.ts'
import { usageError } from '../../errors.ts'
import { secretOption } from '../../operators/operator-secret.ts'
import { natsOptions } from '../../operators/reach-nats.ts'
import { postgresOptions } from '../../operators/reach-postgres.ts'
import { internalOption } from '../../servers/internal.ts'

const projections = ['people', 'chains', 'directory'] as const

export const adminProjection: Command = {
  name: 'admin projection',
  about: 'for operators: how far what is made from the log follows it, and to make it anew',
  args: [
    {
      name: 'what',
      about: 'status: position, age and lag of each; rebuild: make one anew from the whole log',
      choices: ['status', 'rebuild'],
    },
    {
      name: 'projection',
      about: 'which one to rebuild: people, chains or directory',
      optional: true,
      choices: projections,
    },
  ],
  options: { ...natsOptions, ...postgresOptions, ...internalOption('registry'), ...secretOption },
  examples: ['kez admin projection status', 'kez admin projection rebuild people'],
  run: async (call) => {
    const [what, projection] = call.args
    if (what === 'status') {
      const { projectionStatus } = await import('../../operators/projections/status.ts')
      return projectionStatus(call)
    }
    if (projection === undefined) throw usageError(`say which one: ${projections.join(', ')}`)
    const { rebuildByRegistry } = await import('../../operators/projections/rebuild.ts')
    return rebuildByRegistry(call, projection)
  },
}
