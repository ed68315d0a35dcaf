import { normaliseIdentifier } from '@kez-chat/identity'
import { signNext } from '../../chains/sign.ts'
import type { Command } from '../../command.ts'
import { readClaimFile } from '../../documents/read-claim-file.ts'
import { keyOptions } from '../../keys/key-options.ts'
import { readKey } from '../../keys/read-key.ts'

export const sigchainAdd: Command = {
  name: 'sigchain add',
  about: 'say in your sigchain that you are also this subject',
  args: [{ name: 'subject', about: 'for instance github:alice or dns:example.org' }],
  options: { ...keyOptions, claim: { value: 'path', about: 'put the claim in this file into the event' } },
  examples: ['kez sigchain add github:alice --claim github.claim --mnemonic-file alice.phrase'],
  run: async (call) => {
    const [typed = ''] = call.args
    const subject = normaliseIdentifier(typed)
    const path = call.option('claim')
    const claim = path === undefined ? undefined : await readClaimFile(path, call.session)
    const key = await readKey(call)
    return signNext(call.session, key, () => ({ op: 'add', subject, ...(claim === undefined ? {} : { claim }) }))
  },
}
