import { normaliseIdentifier } from '@kez-chat/identity'
import { signNext } from '../../chains/sign.ts'
import type { Command } from '../../command.ts'
import { CliError, EXIT } from '../../errors.ts'
import { keyOptions } from '../../keys/key-options.ts'
import { readKey } from '../../keys/read-key.ts'

const FOREVER = 'end-identity'

export const sigchainRevoke: Command = {
  name: 'sigchain revoke',
  about: 'take a subject back; your own identity as the subject ends it for ever',
  args: [{ name: 'subject', about: 'what you said you are, for instance github:alice' }],
  options: {
    ...keyOptions,
    reason: { value: 'text', about: 'why, for everybody to read' },
    [FOREVER]: { about: 'needed to revoke the identity itself; nothing brings it back' },
  },
  examples: ['kez sigchain revoke github:alice --reason "account closed" --mnemonic-file alice.phrase'],
  run: async (call) => {
    const [typed = ''] = call.args
    const subject = normaliseIdentifier(typed)
    const reason = call.option('reason')
    const key = await readKey(call)
    if (subject === key.primary && !call.has(FOREVER))
      throw new CliError(EXIT.usage, 'not_confirmed', 'this would end the identity itself, for ever', {
        hint: `If you mean it, add --${FOREVER}.`,
      })
    return signNext(call.session, key, (chain) => {
      if (subject !== key.primary && chain.subjects.get(subject)?.status !== 'active')
        throw new CliError(EXIT.refused, 'not_active', `${subject} is not among what this sigchain says`)
      return { op: 'revoke', subject, ...(reason === undefined ? {} : { reason }) }
    })
  },
}
