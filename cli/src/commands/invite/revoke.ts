import type { Command } from '../../command.ts'
import { usageError } from '../../errors.ts'
import { keyOptionsOf } from '../../keys/key-options.ts'
import { readChatKey } from '../../keys/read-key.ts'
import { connect, serverOption } from '../../servers/connect.ts'

export const inviteRevoke: Command = {
  name: 'invite revoke',
  about: 'have an invite code admit nobody any more',
  args: [{ name: 'id', about: 'as "kez invite list" shows it' }],
  options: { ...keyOptionsOf('mnemonic', 'ed25519-seed'), ...serverOption },
  examples: ['kez invite revoke 0123456789abcdef0123456789abcdef --mnemonic-file alice.phrase'],
  run: async (call) => {
    const [id = ''] = call.args
    if (!/^[0-9a-f]{32}$/.test(id)) throw usageError('an id is 32 hex digits')
    const signer = await readChatKey(call)
    const client = connect(call)
    const { handle } = await client.lookupPrimary(signer.primary)
    await client.revokeInvite({ handle, signer }, id)
    return { data: { id, status: 'revoked' }, text: () => `${id} is revoked\n` }
  },
}
