import type { Command } from '../../command.ts'
import { natsOptions } from '../../operators/reach-nats.ts'
import { postgresOptions } from '../../operators/reach-postgres.ts'

export const adminProjection: Command = {
  name: 'admin projection',
  about: 'for operators: how far the tables in Postgres follow the log',
  args: [{ name: 'what', about: 'status: position, age and lag of each', choices: ['status'] }],
  options: { ...natsOptions, ...postgresOptions },
  examples: ['kez admin projection status'],
  run: async (call) => {
    const { projectionStatus } = await import('../../operators/projections/status.ts')
    return projectionStatus(call)
  },
}
