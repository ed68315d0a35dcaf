import { createRegistration, parseNewHandle } from '@kez-chat/identity'
import type { Command } from '../command.ts'
import { keyOptionsOf } from '../keys/key-options.ts'
import { readChatKey } from '../keys/read-key.ts'
import { serverOption } from '../servers/connect.ts'
import { describeProfile } from '../servers/describe-profile.ts'
import { addressOf, wrongServer } from '../servers/person.ts'

export const register: Command = {
  name: 'register',
  about: 'take a handle at a home server',
  args: [{ name: 'handle', about: 'alice, or alice@example.org' }],
  options: { ...keyOptionsOf('mnemonic', 'ed25519-seed'), ...serverOption },
  examples: ['kez register alice@example.org --mnemonic-file alice.phrase'],
  run: async (call) => {
    const [typed = ''] = call.args
    const { handle, client, server: meant } = await addressOf(typed, call)
    parseNewHandle(handle)
    const key = await readChatKey(call)
    const { server } = await client.health()
    if (meant !== undefined && meant !== server) throw wrongServer(client.baseUrl, server, meant)
    return describeProfile(
      await client.register(createRegistration({ handle, server, createdAt: call.session.now() }, key)),
    )
  },
}
