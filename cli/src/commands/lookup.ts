import { isPrimaryId } from '@kez-chat/identity'
import type { Command } from '../command.ts'
import { connect, serverOption } from '../servers/connect.ts'
import { describeProfile } from '../servers/describe-profile.ts'
import { addressOf } from '../servers/person.ts'

export const lookup: Command = {
  name: 'lookup',
  about: 'find a person by handle or by key, as their server knows them',
  args: [{ name: 'person', about: 'alice, alice@example.org or ed25519:…' }],
  options: serverOption,
  examples: ['kez lookup alice@example.org'],
  run: async (call) => {
    const [typed = ''] = call.args
    const primary = typed.trim().toLowerCase()
    if (isPrimaryId(primary)) return describeProfile(await connect(call).lookupPrimary(primary))
    const { handle, client } = await addressOf(typed, call)
    return describeProfile(await client.lookup(handle))
  },
}
