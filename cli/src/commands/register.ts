import { createRegistration, IdentityError, inviteCodeOf, parseNewHandle, readInvitationLink } from '@kez-chat/identity'
import type { Command } from '../command.ts'
import { usageError } from '../errors.ts'
import { keyOptionsOf } from '../keys/key-options.ts'
import { readChatKey } from '../keys/read-key.ts'
import { serverOption } from '../servers/connect.ts'
import { describeProfile } from '../servers/describe-profile.ts'
import { addressOf, wrongServer } from '../servers/person.ts'

/** The code in what somebody was given: a code, or a link with one in it. */
const codeIn = (text: string): string => {
  try {
    const { invitation } = readInvitationLink(text)
    if (invitation.kind === 'code') return invitation.code
    if (invitation.secret !== undefined) return inviteCodeOf(invitation.secret)
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error
  }
  throw usageError('--invite is an invite code or the link of an invitation')
}

export const register: Command = {
  name: 'register',
  about: 'take a handle at a home server',
  args: [{ name: 'handle', about: 'alice, or alice@example.org' }],
  options: {
    invite: { value: 'code', about: 'an invite code, or the link of an invitation, where the server asks for one' },
    ...keyOptionsOf('mnemonic', 'ed25519-seed'),
    ...serverOption,
  },
  examples: ['kez register alice@example.org --mnemonic-file alice.phrase'],
  run: async (call) => {
    const [typed = ''] = call.args
    const { handle, client, server: meant } = await addressOf(typed, call)
    parseNewHandle(handle)
    const given = call.option('invite')
    const invite = given === undefined ? undefined : codeIn(given)
    const key = await readChatKey(call)
    const { server } = await client.health()
    if (meant !== undefined && meant !== server) throw wrongServer(client.baseUrl, server, meant)
    const registration = createRegistration({ handle, server, createdAt: call.session.now() }, key)
    return describeProfile(await client.register(registration, { invite }))
  },
}
