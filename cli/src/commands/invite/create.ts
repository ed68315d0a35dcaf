import {
  invitationLink,
  inviteCodeOf,
  inviteHash,
  inviterCheck,
  newInvitationSecret,
  parseHandle,
} from '@kez-chat/identity'
import type { Command } from '../../command.ts'
import { termOptions, termsOf } from '../../invites/terms.ts'
import { keyOptionsOf } from '../../keys/key-options.ts'
import { readChatKey } from '../../keys/read-key.ts'
import { fields } from '../../output/table.ts'
import { connect, serverOption } from '../../servers/connect.ts'

export const inviteCreate: Command = {
  name: 'invite create',
  about: 'make a link that opens the app, registers a newcomer and begins the conversation with you',
  args: [],
  options: { ...termOptions, ...keyOptionsOf('mnemonic', 'ed25519-seed'), ...serverOption },
  examples: ['kez invite create --mnemonic-file alice.phrase', 'kez invite create --uses 10 --days 2 --mnemonic -'],
  run: async (call) => {
    const terms = termsOf(call)
    const signer = await readChatKey(call)
    const client = connect(call)
    const { handle } = await client.lookupPrimary(signer.primary)
    const secret = newInvitationSecret()
    const code = inviteHash(inviteCodeOf(secret))
    const invite = await client.issueInvite({ handle, signer }, { ...code, ...terms })
    const link = invitationLink(client.baseUrl, {
      ...{ kind: 'person', handle: parseHandle(handle), secret },
      check: inviterCheck(signer.primary),
    })
    return {
      data: { link, ...invite },
      text: (paint) =>
        fields(paint, [
          ['link', paint.bold(link)],
          ['id', invite.id],
          ['for', `${invite.uses} ${invite.uses === 1 ? 'person' : 'people'}, until ${invite.expires_at}`],
        ]),
    }
  },
}
