import { keepEvents } from '../../storage/own-events.ts'
import type { Kind } from '../kind.ts'

/** The own history, one signed event each: what a new server is told. Who reads it checks it. */
export const sigchain: Kind = {
  kind: 'sigchain',
  async *write({ events }) {
    for (const event of events) yield { kind: 'sigchain', event }
  },
  take: async ({ store }, records) =>
    (
      await keepEvents(
        store,
        records.map(({ event = null }) => event),
      )
    ).map((isNew) => (isNew ? 'new' : 'known')),
}
