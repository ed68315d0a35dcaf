import type { Command } from '../../command.ts'
import { describeInvites } from '../../invites/terms.ts'
import { keyOptionsOf } from '../../keys/key-options.ts'
import { readChatKey } from '../../keys/read-key.ts'
import { connect, serverOption } from '../../servers/connect.ts'

export const inviteList: Command = {
  name: 'invite list',
  about: 'show your invite codes at a server and how often they were used',
  args: [],
  options: { ...keyOptionsOf('mnemonic', 'ed25519-seed'), ...serverOption },
  examples: ['kez invite list --mnemonic-file alice.phrase'],
  run: async (call) => {
    const signer = await readChatKey(call)
    const client = connect(call)
    const { handle } = await client.lookupPrimary(signer.primary)
    const list = await client.invites({ handle, signer })
    return { data: list, text: (paint) => describeInvites(list.invites, paint) }
  },
}
