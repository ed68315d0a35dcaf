import { Invite } from '@kez-chat/contracts'
import { formatTimestamp, invitationLink, inviteHash, newInvitationSecret } from '@kez-chat/identity'
import { z } from 'zod'
import type { Call, Command, Report } from '../../command.ts'
import { usageError } from '../../errors.ts'
import { describeInvites, termOptions, termsOf } from '../../invites/terms.ts'
import { readOperatorSecret, secretOption } from '../../operators/operator-secret.ts'
import { fields } from '../../output/table.ts'
import { DEFAULT_SERVER, namedServer, serverOption } from '../../servers/connect.ts'
import { askInternal, internalOption } from '../../servers/internal.ts'

const Answer = z.object({ invites: z.array(Invite) })

const ask = async (call: Call, wish: object): Promise<Invite[]> => {
  const read = (answer: unknown) => Answer.safeParse(answer).data?.invites
  return askInternal(call, '/internal/invites', wish, read, await readOperatorSecret(call))
}

const create = async (call: Call): Promise<Report> => {
  const { uses, expiresAt } = termsOf(call)
  const code = newInvitationSecret()
  const wish = { op: 'issue', ...inviteHash(code), uses, expires_at: formatTimestamp(expiresAt) }
  const [invite] = await ask(call, wish)
  const link = invitationLink(namedServer(call) ?? DEFAULT_SERVER, { kind: 'code', code })
  return {
    data: { link, code, ...invite },
    text: (paint) =>
      fields(paint, [
        ['link', paint.bold(link)],
        ['code', code],
        ['id', invite?.id ?? ''],
        ['for', `${uses} ${uses === 1 ? 'person' : 'people'}, until ${invite?.expires_at}`],
      ]),
  }
}

export const adminInvite: Command = {
  name: 'admin invite',
  about: 'for operators: issue, list and revoke invite codes of the server itself',
  args: [
    { name: 'what', about: 'what to do', choices: ['create', 'list', 'revoke'] },
    { name: 'id', about: 'which code to revoke', optional: true },
  ],
  options: {
    ...termOptions,
    ...internalOption('registry'),
    ...secretOption,
    ...serverOption,
  },
  examples: ['kez admin invite create --server https://chat.example.org', 'kez admin invite list'],
  run: async (call) => {
    const [what, id] = call.args
    if (what === 'create') return create(call)
    if (what === 'list') {
      const invites = await ask(call, { op: 'list' })
      return { data: { invites }, text: (paint) => describeInvites(invites, paint) }
    }
    if (id === undefined || !/^[0-9a-f]{32}$/.test(id)) throw usageError('an id is 32 hex digits')
    await ask(call, { op: 'revoke', id })
    return { data: { id, status: 'revoked' }, text: () => `${id} is revoked\n` }
  },
}
