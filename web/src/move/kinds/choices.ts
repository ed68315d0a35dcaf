import { ChosenByPerson, changeChoices, readChoices } from '../../storage/choices.ts'
import type { Kind } from '../kind.ts'

/** What the person has chosen about sending and receiving; a device that has chosen already keeps to that. */
export const choices: Kind = {
  kind: 'choices',
  async *write({ store }) {
    const { relays, confirmations } = await readChoices(store)
    yield { kind: 'choices', confirmations, ...(relays ? { relays } : {}) }
  },
  take: async ({ store, fresh }, [record]) => {
    const { data, success } = ChosenByPerson.safeParse(record)
    if (!success) return [{ flaw: 'malformed' }]
    if (!fresh) return ['known']
    await changeChoices(store, data)
    return ['new']
  },
}
